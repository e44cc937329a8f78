"""Repositories behave like a dictionary, whoever calls: blocking and asyncio on one file."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from trueup import (
    ANY_VERSION,
    AlreadyExists,
    BatchIncomplete,
    ConditionFailed,
    ExpiresAt,
    Index,
    InvalidCall,
    Layer,
    Model,
    NotFound,
    Table,
    TransactionCancelled,
    TrueupError,
    Version,
    VersionConflict,
    at,
    connect,
    connect_async,
)


class Entry(Model):
    """An item that may expire, in a sparse index and in a sharded one."""

    group: str
    number: int
    status: str
    rank: int = 0
    color: str | None = None
    tags: frozenset[str] = frozenset()
    expires_at: ExpiresAt | None = None


class Counter(Model):
    """An item whose every change raises its version."""

    name: str
    value: int = 0
    version: Version = 0


entries = Table(
    "Entries",
    Entry,
    partition="group",
    sort="number",
    ttl="expires_at",
    indexes=[
        Index("Colors", partition="color", sort="rank"),
        Index("Statuses", partition="status", sort="rank", shards=2),
    ],
)
counters = Table("Counters", Counter, partition="name")
layer = Layer("stateful", target="dynamodb", tables=[entries, counters])

EntryKey = tuple[str, int]
Order = Literal["ascending", "descending"]
START_EPOCH_S = 1_800_000_000

flavours = st.booleans().map(lambda is_async: "async" if is_async else "sync")
keys = st.tuples(st.sampled_from("ab"), st.integers(-1, 2))
statuses = st.sampled_from(["new", "old"])
colors = st.sampled_from(["red", "blue", None])
lifetimes_s = st.none() | st.integers(-5, 30)
orders: st.SearchStrategy[Order] = st.sampled_from(["ascending", "descending"])
names = st.sampled_from("xyz")


@dataclass(frozen=True)
class Draft:
    """An entry before the machine's clock says when it expires."""

    key: EntryKey
    status: str
    rank: int
    color: str | None
    tags: frozenset[str]
    lifetime_s: int | None


drafts = st.builds(
    Draft,
    keys,
    statuses,
    st.integers(-2, 2),
    colors,
    st.frozensets(st.sampled_from("pq"), max_size=2),
    lifetimes_s,
)
actions = st.tuples(st.sampled_from(["create", "put", "update", "delete", "check"]), drafts)


class Twins:
    """One file, opened for callers that block and for asyncio; each call says which it is."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        url = f"sqlite:///{path}"
        self.loop = asyncio.new_event_loop()
        self.blocking = connect(url, layer, clock=clock)
        self.blocking.create_tables()
        self.awaitable = self.loop.run_until_complete(connect_async(url, layer, clock=clock))

    def call(
        self, flavour: str, table: Table[Any], method: str, *given: Any, **options: Any
    ) -> Any:
        """What a method of the table's repository returns."""
        if flavour == "sync":
            return getattr(self.blocking.repository(table), method)(*given, **options)
        call = getattr(self.awaitable.repository(table), method)(*given, **options)
        return self.loop.run_until_complete(call)

    def read(
        self, flavour: str, table: Table[Any], method: str, *given: Any, **options: Any
    ) -> Any:
        """All items of a query or scan."""
        if flavour == "sync":
            return getattr(self.blocking.repository(table), method)(*given, **options).all()
        results = getattr(self.awaitable.repository(table), method)(*given, **options)
        return self.loop.run_until_complete(results.all())

    def transact(self, flavour: str, fill: Callable[[Any], None]) -> None:
        """Send the write set that `fill` collects."""

        async def body() -> None:
            async with self.awaitable.transaction() as tx:
                fill(tx)

        if flavour == "async":
            return self.loop.run_until_complete(body())
        with self.blocking.transaction() as tx:
            return fill(tx)

    def close(self) -> None:
        """Close both, and the loop."""
        self.loop.run_until_complete(self.awaitable.aclose())
        self.blocking.close()
        self.loop.close()


class Repositories(RuleBasedStateMachine):
    """`stored` and `counted` are what the two tables must hold."""

    def __init__(self) -> None:
        super().__init__()
        self.now_epoch_s = START_EPOCH_S
        self.folder = tempfile.TemporaryDirectory()
        self.twins = Twins(Path(self.folder.name, "data.db"), lambda: self.now_epoch_s)
        self.stored: dict[EntryKey, Entry] = {}
        self.counted: dict[str, Counter] = {}

    def teardown(self) -> None:
        self.twins.close()
        self.folder.cleanup()

    def entry(self, draft: Draft) -> Entry:
        expires = None if draft.lifetime_s is None else self.now_epoch_s + draft.lifetime_s
        group, number = draft.key
        return Entry(
            group=group,
            number=number,
            status=draft.status,
            rank=draft.rank,
            color=draft.color,
            tags=draft.tags,
            expires_at=None if expires is None else datetime.fromtimestamp(expires, UTC),
        )

    def is_alive(self, entry: Entry) -> bool:
        return entry.expires_at is None or entry.expires_at.timestamp() > self.now_epoch_s

    def alive(self, key: EntryKey) -> Entry | None:
        found = self.stored.get(key)
        return found if found is not None and self.is_alive(found) else None

    def all_alive(self) -> list[Entry]:
        return [self.stored[key] for key in sorted(self.stored) if self.alive(key)]

    # Entries

    @rule(seconds=st.integers(1, 20))
    def move_clock(self, seconds: int) -> None:
        self.now_epoch_s += seconds

    @rule(flavour=flavours, draft=drafts)
    def create(self, flavour: str, draft: Draft) -> None:
        entry = self.entry(draft)
        if self.alive(draft.key):
            with pytest.raises(AlreadyExists):
                self.twins.call(flavour, entries, "create", entry)
        else:
            self.twins.call(flavour, entries, "create", entry)
            self.stored[draft.key] = entry

    @rule(flavour=flavours, draft=drafts, returning=st.sampled_from([None, "old", "new"]))
    def put(self, flavour: str, draft: Draft, returning: str | None) -> None:
        entry = self.entry(draft)
        result = self.twins.call(flavour, entries, "put", entry, returning=returning)
        assert result.old == (self.alive(draft.key) if returning == "old" else None)
        assert result.new == (entry if returning == "new" else None)
        self.stored[draft.key] = entry

    @rule(flavour=flavours, draft=drafts, expected=st.none() | statuses)
    def update(self, flavour: str, draft: Draft, expected: str | None) -> None:
        """Assigns keys of both indexes, adds to the sort key, and leaves tags and expiry."""
        found = self.alive(draft.key)
        options = {} if expected is None else {"only_if": Entry.status == expected}

        def change() -> Any:
            return self.twins.call(
                flavour, entries, "update", draft.key, *changes(draft), returning="new", **options
            )

        if found is None:
            with pytest.raises(NotFound):
                change()
        elif expected is not None and found.status != expected:
            with pytest.raises(ConditionFailed):
                change()
        else:
            self.stored[draft.key] = changed(found, draft)
            assert change().new == self.stored[draft.key]

    @rule(flavour=flavours, draft=drafts)
    def update_or_create(self, flavour: str, draft: Draft) -> None:
        begun = Entry(group=draft.key[0], number=draft.key[1], status=draft.status)
        found = self.alive(draft.key)
        result = self.twins.call(
            flavour, entries, "update_or_create", draft.key, *changes(draft), returning="old"
        )
        assert result.old == found
        self.stored[draft.key] = changed(found or begun, draft)

    @rule(flavour=flavours, key=keys)
    def delete(self, flavour: str, key: EntryKey) -> None:
        found = self.alive(key)
        result = self.twins.call(flavour, entries, "delete", *key, returning="old")
        assert (result.existed, result.old) == (found is not None, found)
        self.stored.pop(key, None)

    @rule(flavour=flavours, some=st.lists(drafts, max_size=5))
    def put_many(self, flavour: str, some: list[Draft]) -> None:
        result = self.twins.call(flavour, entries, "put_many", map(self.entry, some))
        assert (result.written, result.failures) == (len(some), [])
        self.stored.update({draft.key: self.entry(draft) for draft in some})

    @rule(flavour=flavours, some=st.lists(keys, max_size=4))
    def delete_many(self, flavour: str, some: list[EntryKey]) -> None:
        assert self.twins.call(flavour, entries, "delete_many", some).written == len(some)
        for key in some:
            self.stored.pop(key, None)

    @rule(flavour=flavours, some=st.lists(actions, max_size=4, unique_by=lambda one: one[1].key))
    def transact(self, flavour: str, some: list[tuple[str, Draft]]) -> None:
        refused = [self.refusal(kind, draft) for kind, draft in some]

        def fill(tx: Any) -> None:
            for kind, draft in some:
                self.add_action(tx, kind, draft)

        if any(refused):
            with pytest.raises(TransactionCancelled) as caught:
                self.twins.transact(flavour, fill)
            assert [type(one) if one else None for one in caught.value.reasons] == refused
        else:
            self.twins.transact(flavour, fill)
            for kind, draft in some:
                self.apply_action(kind, draft)

    def refusal(self, kind: str, draft: Draft) -> type[TrueupError] | None:
        found = self.alive(draft.key)
        if kind == "create" and found:
            return AlreadyExists
        if kind == "update" and not found:
            return NotFound
        if kind == "check" and (found is None or found.status != draft.status):
            return ConditionFailed
        return None

    def add_action(self, tx: Any, kind: str, draft: Draft) -> None:
        if kind == "update":
            tx.update(entries, draft.key, *changes(draft))
        elif kind == "delete":
            tx.delete(entries, draft.key)
        elif kind == "check":
            tx.check(entries, draft.key, Entry.status == draft.status)
        else:
            getattr(tx, kind)(entries, self.entry(draft))

    def apply_action(self, kind: str, draft: Draft) -> None:
        if kind == "update":
            self.stored[draft.key] = changed(self.stored[draft.key], draft)
        elif kind == "delete":
            self.stored.pop(draft.key, None)
        elif kind != "check":
            self.stored[draft.key] = self.entry(draft)

    @rule(flavour=flavours, key=keys, some=st.lists(keys, max_size=4))
    def get(self, flavour: str, key: EntryKey, some: list[EntryKey]) -> None:
        found = self.alive(key)
        assert self.twins.call(flavour, entries, "get", *key) == found
        assert self.twins.call(flavour, entries, "exists", *key) is (found is not None)
        assert self.twins.call(flavour, entries, "get_many", some) == [*map(self.alive, some)]
        shown = self.twins.call(flavour, entries, "get", *key, include_expired=True)
        assert shown == self.stored.get(key)

    @rule(flavour=flavours, group=st.sampled_from("ab"), order=orders)
    def query_table(self, flavour: str, group: str, order: Order) -> None:
        expected = [entry for entry in self.all_alive() if entry.group == group]
        found = self.twins.read(flavour, entries, "query", group, order=order, page_size=2)
        assert found == (expected if order == "ascending" else expected[::-1])
        assert self.twins.call(flavour, entries, "count", group) == len(expected)

    @rule(flavour=flavours, field=st.sampled_from(["color", "status"]), order=orders, draft=drafts)
    def query_index(self, flavour: str, field: str, order: Order, draft: Draft) -> None:
        value = getattr(draft, field) or "red"
        index = "Colors" if field == "color" else "Statuses"
        matching = [entry for entry in self.all_alive() if getattr(entry, field) == value]
        if index == "Statuses":  # equal ranks come shard by shard
            matching.sort(key=lambda one: str(entries.to_item(one, form="plain")["Statuses.shard"]))
        expected = sorted(matching, key=lambda entry: entry.rank)  # stable: then by key
        options = {"index": index, "order": order, "page_size": 2}
        found = self.twins.read(flavour, entries, "query", value, **options)
        assert found == (expected if order == "ascending" else expected[::-1])

    @invariant()
    def tables_hold_what_they_should(self) -> None:
        found = self.twins.read("sync", entries, "scan", include_expired=True)
        assert {(entry.group, entry.number): entry for entry in found} == self.stored
        assert self.twins.read("async", entries, "scan") == self.all_alive()
        numbered = self.twins.read("async", counters, "scan")
        assert {counter.name: counter for counter in numbered} == self.counted

    # Counters

    def counter(self, name: str, value: int, lag: int) -> Counter:
        """A counter based on the stored version, or on one that is `lag` older."""
        found = self.counted.get(name)
        return Counter(name=name, value=value, version=(found.version if found else 0) + lag)

    def count(self, name: str, value: int, based_on: int) -> Counter:
        self.counted[name] = Counter(name=name, value=value, version=based_on + 1)
        return self.counted[name]

    @rule(flavour=flavours, name=names, value=st.integers(0, 9), lag=st.integers(0, 1))
    def put_counter(self, flavour: str, name: str, value: int, lag: int) -> None:
        counter = self.counter(name, value, lag)
        if lag:
            with pytest.raises(VersionConflict):
                self.twins.call(flavour, counters, "put", counter)
        else:
            result = self.twins.call(flavour, counters, "put", counter, returning="new")
            assert result.new == self.count(name, value, counter.version)

    @rule(flavour=flavours, name=names, lag=st.integers(0, 1), by_model=st.booleans())
    def update_counter(self, flavour: str, name: str, lag: int, by_model: bool) -> None:
        based = self.counter(name, 0, lag)
        key: Any = based if by_model else name
        options = {} if by_model else {"version": based.version}
        add = at(Counter.value).add(1)
        error = NotFound if name not in self.counted else VersionConflict
        if lag or name not in self.counted:
            with pytest.raises(error):
                self.twins.call(flavour, counters, "update", key, add, **options)
        else:
            self.twins.call(flavour, counters, "update", key, add, **options)
            self.count(name, self.counted[name].value + 1, based.version)

    @rule(flavour=flavours, name=names, version=st.sampled_from([None, ANY_VERSION]))
    def count_whatever_is_stored(self, flavour: str, name: str, version: Any) -> None:
        add = at(Counter.value).add(1)
        found = self.counted.get(name, Counter(name=name))
        options = {"version": version, "returning": "new"}
        result = self.twins.call(flavour, counters, "update_or_create", name, add, **options)
        assert result.new == self.count(name, found.value + 1, found.version)

    @rule(flavour=flavours, name=names, lag=st.integers(0, 1))
    def delete_counter(self, flavour: str, name: str, lag: int) -> None:
        counter = self.counter(name, 0, lag)
        with pytest.raises(InvalidCall):
            self.twins.call(flavour, counters, "delete", name)
        if lag:
            with pytest.raises(VersionConflict):
                self.twins.call(flavour, counters, "delete", counter)
        else:
            existed = self.twins.call(flavour, counters, "delete", counter).existed
            assert existed is (self.counted.pop(name, None) is not None)

    @rule(
        flavour=flavours,
        some=st.lists(
            st.tuples(names, st.integers(0, 1)), max_size=3, unique_by=lambda one: one[0]
        ),
    )
    def put_counters(self, flavour: str, some: list[tuple[str, int]]) -> None:
        """A batch keeps the failures, with their positions, and writes the others."""
        batch = [self.counter(name, 7, lag) for name, lag in some]
        try:
            result = self.twins.call(flavour, counters, "put_many", batch)
        except BatchIncomplete as error:
            result = error.result
        stale = [position for position, (_, lag) in enumerate(some) if lag]
        assert [failure.position for failure in result.failures] == stale
        assert {type(failure.error) for failure in result.failures} <= {VersionConflict}
        for counter, (name, lag) in zip(batch, some, strict=True):
            if not lag:
                self.count(name, 7, counter.version)

    @rule(flavour=flavours, name=names, lag=st.integers(0, 1), draft=drafts)
    def put_both(self, flavour: str, name: str, lag: int, draft: Draft) -> None:
        """A stale counter keeps the entry of its transaction from being written."""
        counter, entry = self.counter(name, 5, lag), self.entry(draft)

        def fill(tx: Any) -> None:
            tx.put(entries, entry)
            tx.put(counters, counter)

        if lag:
            with pytest.raises(TransactionCancelled):
                self.twins.transact(flavour, fill)
        else:
            self.twins.transact(flavour, fill)
            self.stored[draft.key] = entry
            self.count(name, 5, counter.version)


def changes(draft: Draft) -> list[Any]:
    """Changes of an entry; `changed` says what they do."""
    color: Any = at(Entry.color)
    return [
        at(Entry.status).assign(draft.status),
        at(Entry.rank).add(draft.rank),
        color.remove() if draft.color is None else color.assign(draft.color),
    ]


def changed(entry: Entry, draft: Draft) -> Entry:
    fields = {"status": draft.status, "rank": entry.rank + draft.rank, "color": draft.color}
    return entry.model_copy(update=fields)


TestRepositories = Repositories.TestCase
TestRepositories.settings = settings(
    max_examples=80,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
