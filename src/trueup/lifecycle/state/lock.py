"""The lock: one run of `apply` at a time for each layer and stage.

    free ──acquire──► held ──renew──► held … ──release──► free
                       │
                       └─ LEASE_S without a renewal ─► another run may take it, with a higher number

A run renews its lease before each request that changes something. The request itself has to be sent
before the lease ends, by a clock that goes on while the process is stopped; it ends SKEW_S earlier
for its holder than for all others, whose clocks may differ by as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from ..._visible import visible
from ...errors import (
    Blocked,
    ErrorCode,
    NeedsOperator,
    OutcomeUnknown,
    Place,
    TransactionCancelled,
    WriteRefused,
)
from ...expressions.builder import at
from ..clocks import TRUE_CLOCKS, Clocks
from .records import LOCKS, Lock, Record, Scope
from .store import Store

LEASE_S = 60
SKEW_S = 10
RENEW_AFTER_S = 20
"""The age at which a lease is renewed in a wait."""

_MOST_TRIES = 10
_AT_A_TIME = 50
"""Items in one transaction, of which some engine takes no more than 100."""


class Lease:
    """The right to change tables, for a while. lock: as it was acquired.

    deadline_s: the instant of the monotonic clock after which nothing may be sent.
    """

    def __init__(self, store: Store, lock: Lock, clocks: Clocks, began_s: float) -> None:
        self.lock = lock
        self._store = store
        self._clocks = clocks
        self._renewed_s = began_s

    @property
    def deadline_s(self) -> float:
        """The end of the lease, for its holder."""
        return self._renewed_s + LEASE_S - SKEW_S

    def keep(self) -> None:
        """Renew the lease if it is old. For waits."""
        if self._clocks.monotonic_s() >= self._renewed_s + RENEW_AFTER_S:
            self.renew()

    def renew(self, *records: Record, forget: tuple[Record, ...] = ()) -> None:
        """Renew the lease, and write or delete other items of the state, all or nothing.

        Raises NeedsOperator (lock-lost) if another run has the lock, Blocked (state-unusable) if
        the state may not be written; then nothing was written.
        """
        self._store.permitted(lambda: self._renew(records, forget))

    def _renew(self, records: Iterable[Record], forget: Iterable[Record]) -> None:
        began_s = self._clocks.monotonic_s()
        table, key = self._store.declared.table, (LOCKS, self.lock.id)
        longer = at(Lock.expires_at_epoch_s).assign(self._clocks.now_epoch_s + LEASE_S)
        try:
            with self._store.database.transaction() as transaction:
                transaction.update(table, key, longer, only_if=_is_mine(self.lock))
                for record in records:
                    transaction.put(table, record)
                for record in forget:
                    transaction.delete(table, record.kind, record.id)
        except TransactionCancelled as error:
            if error.reasons and isinstance(error.reasons[0], WriteRefused):
                raise self._lost() from error
            raise
        self._renewed_s = began_s

    def write_all(self, records: Iterable[Record]) -> None:
        """Write any number of items, some at a time, each time with a renewal."""
        for some in _chunks(records):
            self.renew(*some)

    def remove_all(self, records: Iterable[Record]) -> None:
        """Remove any number of items, as `write_all` writes them."""
        for some in _chunks(records):
            self.renew(forget=some)

    def release(self) -> bool:
        """Give the lock back. Return whether it was still this run's."""
        freed = (
            at(Lock.run_id).assign(""),
            at(Lock.owner).assign(""),
            at(Lock.expires_at_epoch_s).assign(0),
        )
        try:
            self._store.records(Lock).update(
                (LOCKS, self.lock.id), *freed, only_if=_is_mine(self.lock)
            )
        except WriteRefused:
            return False
        except OutcomeUnknown:  # a reply was lost, and the lock is free or another's by now
            now = self._now()
            return now is None or now.run_id != self.lock.run_id
        return True

    def _now(self) -> Lock | None:
        found: Lock | None = self._store.records(Lock).get(LOCKS, self.lock.id, consistent=True)
        return found

    def _lost(self) -> NeedsOperator:
        now = self._now()
        taken = "the lock was taken from this run by apply --unlock"
        if now and now.run_id:
            taken = f"another applier took over: {visible(now.owner)}, run {now.run_id}"
        return NeedsOperator(
            f"{taken}; this run has stopped and sends nothing more",
            where=_place(self._store, self.lock.scope),
            fix="let the other run end, then run trueup apply again: it goes on where this run, or "
            "the other, ended",
            code=ErrorCode.LOCK_LOST,
        )


def acquire(store: Store, scope: Scope, run_id: str, owner: str, clocks: Clocks) -> Lease:
    """Take the lock of a scope. owner: who runs, for others to read.

    Raises Blocked: (locked) another run holds it; (state-unusable) the state may not be written.
    """
    return store.permitted(lambda: _acquire(store, scope, run_id, owner, clocks))


def _acquire(store: Store, scope: Scope, run_id: str, owner: str, clocks: Clocks) -> Lease:
    locks = store.records(Lock)
    for _ in range(_MOST_TRIES):
        found: Lock | None = _find(store, scope)
        now, began_s = clocks.now_epoch_s, clocks.monotonic_s()
        if found and found.run_id == run_id:  # the reply to this run's own attempt was lost
            lease = Lease(store, found, clocks, began_s)
            lease.renew()
            return lease
        if found and found.is_held(now):
            raise _held(store, found, now)
        wanted = _lock(scope, run_id, owner, found.number + 1 if found else 1, now)
        try:
            if found is None:
                locks.create(wanted)
            else:
                locks.put(wanted, only_if=_is_unchanged(found))
        except (WriteRefused, OutcomeUnknown):
            continue
        return Lease(store, wanted, clocks, began_s)
    raise Blocked(
        "many runs want the lock at once",
        where=_place(store, scope),
        fix="run the command again, in a moment",
        code=ErrorCode.LOCKED,
    )


def unlock(store: Store, run_id: str, by: Scope, clocks: Clocks = TRUE_CLOCKS) -> Lock:
    """Free the lock that a run holds, whether or not its lease has expired; return the lock as it
    was. The run, if it still lives, changes nothing more. by: the scope of the caller.

    Raises Blocked: (unknown-lock) no run of that id holds a lock; it lists those that do;
    (protected-stage) the lock is that of a protected stage, and the caller's is another.
    """
    held = [lock for lock in store.locks() if lock.run_id]
    found = [lock for lock in held if lock.run_id == run_id]
    if not found:
        raise _unknown(store, run_id, held, clocks.now_epoch_s)
    if found[0].protect and found[0].scope != by:
        raise _of_protected(store, found[0].scope)
    lease = Lease(store, found[0], clocks, clocks.monotonic_s())
    store.permitted(lease.release)
    left = _find(store, found[0].scope)
    if left and left.run_id == run_id:
        raise NeedsOperator(
            f"the lock of run {run_id} is still there",
            where=_place(store, left.scope),
            fix="run trueup apply --unlock again; it looks before it says that the lock is free",
            code=ErrorCode.LOCKED,
        )
    return found[0]


def shown_lock(lock: Lock, now_epoch_s: int) -> str:
    """A held lock for people: its run, its owner, its age, and when it expires."""
    age_s, left_s = now_epoch_s - lock.acquired_at_epoch_s, lock.expires_at_epoch_s - now_epoch_s
    expiry = f"expires in {left_s} s" if left_s > 0 else f"expired {shown_age(-left_s)} ago"
    owner = visible(lock.owner)
    return f"{lock.scope}: run {lock.run_id} of {owner}, began {shown_age(age_s)} ago, {expiry}"


def shown_age(seconds: float) -> str:
    """A duration for people: 48 s, 12 min, 3 h."""
    for size_s, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size_s:
            return f"{seconds / size_s:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def _chunks(records: Iterable[Record]) -> Iterator[tuple[Record, ...]]:
    waiting = iter(records)
    while some := tuple(islice(waiting, _AT_A_TIME)):
        yield some


def _find(store: Store, scope: Scope) -> Lock | None:
    """The lock, as of now; the table is created if it is missing."""

    def look() -> Lock | None:
        found: Lock | None = store.records(Lock).get(LOCKS, scope.id, consistent=True)
        return found

    try:
        return look()
    except NeedsOperator as error:
        if error.code is not ErrorCode.TABLE_NOT_FOUND:
            raise
    store.create()
    return look()


def _lock(scope: Scope, run_id: str, owner: str, number: int, now_epoch_s: int) -> Lock:
    return Lock(
        kind=LOCKS,
        id=scope.id,
        layer=scope.layer,
        stage=scope.stage,
        protect=scope.protect,
        number=number,
        run_id=run_id,
        owner=owner,
        acquired_at_epoch_s=now_epoch_s,
        expires_at_epoch_s=now_epoch_s + LEASE_S,
    )


def _is_mine(lock: Lock) -> bool:
    return (Lock.number == lock.number) & (Lock.run_id == lock.run_id)


def _is_unchanged(lock: Lock) -> bool:
    """Neither taken nor renewed: the number alone would let an expired lease be taken that its
    holder has just renewed."""
    return (Lock.number == lock.number) & (Lock.expires_at_epoch_s == lock.expires_at_epoch_s)


def _held(store: Store, lock: Lock, now_epoch_s: int) -> Blocked:
    return Blocked(
        f"another run holds the lock: {shown_lock(lock, now_epoch_s)}",
        where=_place(store, lock.scope),
        fix="wait until it ends; if its process is gone, the lock expires by itself within "
        f"{LEASE_S} s, or is freed at once by trueup apply --unlock {lock.run_id}",
        code=ErrorCode.LOCKED,
        allowed_by=f"--unlock {lock.run_id}",
    )


def _unknown(store: Store, run_id: str, held: list[Lock], now_epoch_s: int) -> Blocked:
    listed = "\n  ".join(shown_lock(lock, now_epoch_s) for lock in held)
    return Blocked(
        f"no run {run_id} holds a lock; "
        + (f"these locks are held:\n  {listed}" if held else "no lock is held"),
        where=Place(table=store.name),
        fix="give the id of one of them to --unlock, or another --stage"
        if held
        else "look at the stage and the URL: they name the database whose locks are listed",
        code=ErrorCode.UNKNOWN_LOCK,
    )


def _of_protected(store: Store, scope: Scope) -> Blocked:
    return Blocked(
        f"the lock is that of the {scope}, which is protected",
        where=_place(store, scope),
        fix="choose that stage by --stage: others do not free its locks",
        code=ErrorCode.PROTECTED_STAGE,
    )


def _place(store: Store, scope: Scope) -> Place:
    return Place(table=store.name, note=str(scope))
