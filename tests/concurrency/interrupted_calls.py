"""Call one method again and again under Ctrl-C: `interrupted_calls.py CALL FILE`."""

from __future__ import annotations

import _thread
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.concurrency.tables import Half, agree, halves, open_file, wanted, write_pair
from tests.waiting import wait_until
from trueup import Database

INTERRUPTS = 80


def transact(db: Database) -> None:
    """Both halves of a pair, or none."""
    with db.transaction() as tx:
        write_pair(tx, "a", random.randrange(100))
    assert agree(db.transact_get(*wanted("a")))


def put(db: Database) -> None:
    """One write."""
    db.repository(halves).put(Half(name="b", side="single", value=1))


def put_many(db: Database) -> None:
    """A batch from a generator."""
    some = (Half(name=f"c{i}", side="many", value=i) for i in range(20))
    assert db.repository(halves).put_many(some).is_complete


def query_shards(db: Database) -> None:
    """Four shards, each read in a thread of its own."""
    assert len(db.repository(halves).query("half", index="Kinds", page_size=5, limit=9).all()) == 9


def interrupt(call: Callable[[Database], None], db: Database) -> None:
    """Call until an interrupt lands.

    It is sent again where it was lost: Python ignores one that lands in a destructor.
    """
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0001 + random.random() / 300, 0.2)
        while True:
            call(db)
    except KeyboardInterrupt:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main(call: Callable[[Database], None], path: str) -> None:
    """Interrupt the call many times, then see that nothing is left of it."""
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    db, writer = open_file(Path(path))
    with db:
        db.create_tables()
        rows = [Half(name="fixed", side=f"{i:02}", value=i) for i in range(12)]
        assert db.repository(halves).put_many(rows).is_complete
        for _ in range(INTERRUPTS):
            interrupt(call, db)
            assert not writer.in_transaction
        quick = db.within(5)
        call(quick)
        assert agree(quick.transact_get(*wanted("a")))
        wait_until(lambda: not _thread._count())
    sys.stdout.write("clean\n")


if __name__ == "__main__":
    main(globals()[sys.argv[1]], sys.argv[2])
