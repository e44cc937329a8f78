"""Changes of tables as steps.

After a change of a table or an index, a step waits until both are usable, since DynamoDB accepts no
other change before. Each request makes one change, and each at most one index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

from ....operations.operation import NextRequest
from ....schema.changes import (
    AddIndex,
    AddTable,
    Change,
    ChangeIndex,
    ChangeKey,
    ChangePart,
    DropIndex,
    DropTable,
    RenamePart,
    SetFact,
    SetStream,
    SetTtl,
)
from ....schema.create import differs
from ....schema.engine import LiveTable, Progress, Step
from ....schema.facts import Value, compared, known, shown
from ....schema.tables import IndexSchema, TableSchema
from ..errors import TABLE_IN_USE, read_failure
from ..wire.http.reply import Reply
from .attached import (
    insights_step,
    policy_steps,
    recovery_step,
    tag_steps,
    ttl_steps,
    wait_for_tags,
)
from .body import (
    add_index_body,
    class_body,
    create_body,
    drop_index_body,
    encryption_body,
    global_indexes,
    protection_body,
    stream_body,
)
from .estimates import WARMING, index_estimate
from .removal import drop_steps
from .steps import IsDone, Subject
from .throughput import (
    PROVISIONED,
    Body,
    index_update_body,
    mapping,
    switch_body,
    update_body,
    warm_throughput,
)


def render(
    changes: Sequence[Change], logical: Mapping[str, str], live: Mapping[str, LiveTable]
) -> list[Step]:
    """The steps of changes: all tables are created before the first wait.

    logical: the name in the declaration by the name in the database. live: tables as found.

    Raises NeedsOperator (schema-mismatch) for a change of the key or of a local index.
    """
    of_table: dict[str, _TableSteps] = {}
    for change in changes:
        name = change.schema.name
        if name not in of_table:
            subject = Subject(name, logical.get(name, name), live.get(name))
            of_table[name] = _TableSteps(subject, change.schema)
    dropped = {change.schema.name for change in changes if isinstance(change, DropTable)}
    steps = [
        of_table[change.schema.name].create(change)
        for change in changes
        if isinstance(change, AddTable) and change.schema.name not in dropped
    ]
    for change in changes:
        steps_of = of_table[change.schema.name]
        if isinstance(change, AddTable) and change.schema.name in dropped:
            steps.append(steps_of.create(change))
        steps += steps_of.of(change)
    return steps


class _TableSteps:
    """The steps that change one table. They follow what its billing and its indexes become, which
    decide what an index that is created, or a switch of the billing, has to say."""

    def __init__(self, subject: Subject, schema: TableSchema) -> None:
        self.subject = subject
        found = subject.live.schema if subject.live else schema
        self.billing = mapping(found.facts.get("billing"))
        self.indexes = {index.name: index for index in global_indexes(found)}
        self.has_switched = False

    def of(self, change: Change) -> Iterator[Step]:
        """The steps of a change; for a new table, the steps after its creation."""
        match change:
            case AddTable(schema):
                yield from self._complete(schema)
            case DropTable(_, backup):
                yield from drop_steps(self.subject, backup)
            case AddIndex(_, index):
                self._check_is_global(change, index)
                yield from self._add_index(index)
            case DropIndex(_, index):
                self._check_is_global(change, index)
                yield from self._drop_index(index)
            case ChangeIndex(_, before, after):
                self._check_is_global(change, before, after)
                yield from self._drop_index(before)
                yield from self._add_index(after)
            case SetTtl(_, before, after):
                yield from ttl_steps(self.subject, before, after)
            case SetStream(_, before, after):
                if before is not None:
                    yield from self._stream(None)
                if after is not None:
                    yield from self._stream(after)
            case SetFact():
                yield from self._fact(change)
            case ChangeKey() | ChangePart() | RenamePart():
                raise differs(self.subject.name, self.subject.where, [change])
            case _:
                assert_never(change)

    def create(self, change: AddTable) -> Step:
        """The step that creates the table; late if the table exists."""
        subject = self.subject

        sent = subject.sent("CreateTable", create_body(change.schema))

        def decode(reply: Reply) -> Progress | NextRequest[Progress]:
            if reply.status != 200 and read_failure(reply).code == TABLE_IN_USE:
                return Progress(is_late=True)
            return sent.decode(reply)

        return subject.step(f"create {subject.name}", replace(sent, decode=decode))

    def _complete(self, schema: TableSchema) -> Iterator[Step]:
        """The steps for facts that CreateTable cannot set."""
        facts, subject = schema.facts, self.subject
        yield subject.wait_until_usable()
        yield from ttl_steps(subject, None, known(schema.ttl))
        if mapping(facts.get("pitr")).get("enabled"):
            yield recovery_step(subject, facts["pitr"])
        for name, fact in _insights(schema):
            yield insights_step(subject, fact, name)
        if policy := known(facts.get("resource_policy")):
            yield from policy_steps(subject, None, policy)
        if tags := mapping(facts.get("tags")):
            yield wait_for_tags(subject, tags, [])

    def _add_index(self, index: IndexSchema) -> Iterator[Step]:
        self.indexes[index.name] = index
        estimate = index_estimate(
            self.subject.live, {**self.billing, **mapping(index.facts.get("billing"))}
        )
        yield from self._update(
            f"create the index {index.name} of {self.subject.name}",
            add_index_body(index, self.billing),
            lambda live: _index_status(live, index.name) not in ("", "DELETING"),
            until=lambda live: index.name in live.schema.indexes,
            why=f"the index {index.name} of {self.subject.name} is built",
            estimate=estimate,
        )
        insights = index.facts.get("contributor_insights")
        if mapping(insights).get("enabled"):
            yield insights_step(self.subject, insights, index.name)

    def _drop_index(self, index: IndexSchema) -> Iterator[Step]:
        self.indexes.pop(index.name, None)
        yield from self._update(
            f"drop the index {index.name} of {self.subject.name}",
            drop_index_body(index),
            lambda live: _index_status(live, index.name) in ("", "DELETING"),
            until=lambda live: index.name not in live.schema.indexes,
            why=f"the index {index.name} of {self.subject.name} is gone",
        )

    def _stream(self, view: str | None) -> Iterator[Step]:
        said = f"switch the stream of {self.subject.name} {f'on: {view}' if view else 'off'}"
        yield from self._update(said, stream_body(view), lambda live: live.schema.stream == view)

    def _fact(self, change: SetFact) -> Iterator[Step]:
        subject, name, before, after = self.subject, change.name, change.before, change.after
        match name:
            case "billing" | "warm_throughput" if change.index:
                yield from self._index_throughput(change)
            case "billing":
                yield from self._billing(mapping(before), mapping(after))
            case "warm_throughput":
                yield from self._set(change, warm_throughput(after))
            case "table_class":
                yield from self._set(change, class_body(after))
            case "encryption":
                yield from self._set(change, encryption_body(after))
            case "deletion_protection":
                if after is not None:  # None is the stage's to say, and no stage did
                    yield from self._set(change, protection_body(after))
            case "pitr":
                yield recovery_step(subject, after)
            case "contributor_insights":
                yield insights_step(subject, after, change.index)
            case "resource_policy":
                yield from policy_steps(subject, before, after)
            case "tags":
                yield from tag_steps(subject, mapping(before), mapping(after))
            case _:
                raise differs(subject.name, subject.where, [change])

    def _billing(self, before: Mapping[str, Value], after: Mapping[str, Value]) -> Iterator[Step]:
        self.billing = after
        if before.get("mode") == after.get("mode"):
            body = update_body(after, before)
        else:
            self.has_switched = after.get("mode") == PROVISIONED
            body = switch_body(after, self.indexes.values())
        yield from self._update(
            f"set the billing of {self.subject.name} to {shown(after)}",
            body,
            lambda live: _is(live.schema.facts.get("billing"), after),
        )

    def _index_throughput(self, change: SetFact) -> Iterator[Step]:
        """The units of an index; a switch of the billing to units has said them already."""
        if change.name == "billing" and self.has_switched:
            return
        name, after = change.index, mapping(change.after)
        is_billing = change.name == "billing"
        body = update_body(after, change.before) if is_billing else warm_throughput(after)

        def is_done(live: LiveTable) -> bool:
            index = live.schema.indexes.get(name)
            return index is not None and _is(index.facts.get(change.name), after)

        of = f"the index {name} of {self.subject.name}"
        said = f"set the {_spoken(change.name)} of {of} to {shown(after)}"
        warming = WARMING if change.name == "warm_throughput" else ""
        yield from self._update(said, index_update_body(name, body), is_done, estimate=warming)

    def _set(self, change: SetFact, body: Body) -> Iterator[Step]:
        name, after = change.name, change.after
        yield from self._update(
            f"set the {_spoken(name)} of {self.subject.name} to {shown(after)}",
            body,
            lambda live: _is(live.schema.facts.get(name), after),
            estimate=WARMING if name == "warm_throughput" else "",
        )

    def _update(
        self,
        comment: str,
        body: Body,
        is_done: IsDone,
        *,
        until: IsDone = bool,
        why: str = "",
        estimate: str = "",
    ) -> Iterator[Step]:
        """An UpdateTable and the wait for its end. is_done: of a live table, if it is refused."""
        subject = self.subject
        request = subject.sent(
            "UpdateTable",
            {"TableName": subject.name, **body},
            subject.description,
            lambda live: live is not None and is_done(live),
        )
        yield subject.step(comment, request, estimate=estimate)
        yield subject.wait_until_usable(until, why=why, estimate=estimate)

    def _check_is_global(self, change: Change, *indexes: IndexSchema) -> None:
        """Refuse changes of a local index: it is created with its table, and stays."""
        if any(index.is_local for index in indexes):
            raise differs(self.subject.name, self.subject.where, [change])


def _insights(schema: TableSchema) -> Iterator[tuple[str, Value]]:
    """What contributor insights a new table and its indexes need, by index; "" for the table."""
    facts: list[tuple[str, Mapping[str, Any]]] = [("", schema.facts)]
    facts += [(index.name, index.facts) for index in schema.indexes.values()]
    for name, of in facts:
        if mapping(of.get("contributor_insights")).get("enabled"):
            yield name, of["contributor_insights"]


def _is(found: Value, wanted: Value) -> bool:
    """Whether a live fact is surely as wanted."""
    return all(one.agrees for one in compared(wanted, found))


def _spoken(fact: str) -> str:
    """A fact's name, for people."""
    return fact.replace("_", " ")


def _index_status(live: LiveTable, name: str) -> str:
    """The status of an index; empty if there is none."""
    if name not in live.schema.indexes:
        return ""
    return live.busy.get(f"index {name}", "ACTIVE").partition(",")[0]
