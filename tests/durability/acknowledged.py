"""A process that writes through repositories and says what was acknowledged, until it is killed.

`acknowledged.py FILE` forks a writer for each line of input: a kill then costs no start of Python.
"""

from __future__ import annotations

import os
import sys

from trueup import Database, Index, Layer, Model, Table, at, connect


class Note(Model):
    """Every value follows from the name, so that a reader knows what to find."""

    name: str
    writer: str
    number: int
    state: str
    body: str = "x" * 200


notes = Table(
    "Notes",
    Note,
    partition="name",
    indexes=[
        Index("Writers", partition="writer", sort="number"),
        Index("States", partition="state", sort="number", shards=2),
    ],
)
layer = Layer("notes", target="dynamodb", tables=[notes])
BATCH = 5


def note(writer: str, number: int, state: str) -> Note:
    """The note that this writer writes under this number."""
    return Note(name=f"{writer}-{number}", writer=writer, number=number, state=state)


def say(text: str) -> None:
    """One line in one write, so that a kill cannot leave half of it."""
    os.write(1, f"{text}\n".encode())


def write_for_ever(path: str, writer: str) -> None:
    """Write in turns in each way there is; say `number state` of what was acknowledged."""
    say(f"pid {os.getpid()}")
    db = connect(f"sqlite:///{path}", layer)
    for number in range(0, 1_000_000, 4 + BATCH):
        put_and_update(db, writer, number)
        transact(db, writer, number + 1)
        put_many(db, writer, number + 4)


def put_and_update(db: Database, writer: str, number: int) -> None:
    """One item, written and then changed; its index entry moves."""
    repo = db.repository(notes)
    repo.put(note(writer, number, "put"))
    say(f"{number} put")
    repo.update(f"{writer}-{number}", at(Note.state).assign("updated"))
    say(f"{number} updated")


def transact(db: Database, writer: str, number: int) -> None:
    """Three items at once."""
    with db.transaction() as tx:
        for one in range(number, number + 3):
            tx.put(notes, note(writer, one, "transacted"))
    for one in range(number, number + 3):
        say(f"{one} transacted")


def put_many(db: Database, writer: str, number: int) -> None:
    """A batch; each outcome is an acknowledgement."""
    batch = (note(writer, one, "batched") for one in range(number, number + BATCH))
    for outcome in db.repository(notes).put_many_iter(batch):
        assert outcome.is_written
        say(f"{outcome.item.number} batched")


def main(path: str) -> None:
    """Fork one writer after the other; each opens the file itself."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            write_for_ever(path, line.strip())
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main(sys.argv[1])
