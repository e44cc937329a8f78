"""Live tables: what is asked of them, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ....errors import Place
from ....operations.operation import Operation, Request, gather, send
from ....schema.engine import LiveTable
from ....schema.facts import Unknown, Value
from ....schema.tables import IndexSchema, TableSchema
from ..codec.values import decode_body, reading
from ..requests.replies import request_of, succeeded
from ..wire.http.reply import Reply
from .keys import read_encryption
from .listings import next_page
from .looks import Looks, describe_request
from .owners import SYSTEM, manager_in
from .parts import text_in, texts_in
from .servers import without_dropped

SIDE_BY_SIDE = 4
"""Tables that are inspected at a time: few, as some looks are limited to ten a second."""

_UNREADABLE = ("CREATING", "DELETING")
"""The statuses of a table that has no expiry and no backups yet, or any more."""


def inspect_tables(
    names: Mapping[str, str], wanted: Mapping[str, TableSchema], *, all_facts: bool
) -> Operation[Mapping[str, LiveTable]]:
    """The existing tables. names: logical names by physical ones. wanted: declared tables."""
    operations = [
        inspect_table(
            table,
            name,
            Place("dynamodb", table=table),
            wanted=wanted.get(name),
            all_facts=all_facts,
        )
        for name, table in names.items()
    ]
    found: Iterable[LiveTable | None] = (
        (yield from gather(operations, SIDE_BY_SIDE)) if operations else ()
    )
    return {name: live for name, live in zip(names, found, strict=True) if live is not None}


def inspect_table(
    table: str,
    name: str,
    where: Place,
    *,
    wanted: TableSchema | None = None,
    all_facts: bool = False,
) -> Operation[LiveTable | None]:
    """A live table, None if it does not exist. table: its logical name; name: its physical name.

    wanted: the declared table. What is found is told in its words if it means the same.
    """
    live = yield from send(describe_request(table, name, where))
    if live is None or live.busy.get("table") in _UNREADABLE:
        return live
    schema = live.schema
    looks = Looks(table, name, where, schema.source)
    ttl = yield from send(looks.ttl())
    facts: dict[str, Value] = {**schema.facts, "pitr": (yield from send(looks.recovery()))}
    if not all_facts:
        return replace(live, schema=replace(schema, ttl=ttl, facts=facts))
    indexes = dict(schema.indexes)
    for index in schema.indexes.values():
        if not index.is_local and f"index {index.name}" not in live.busy:
            indexes[index.name] = yield from _with_all_facts(looks, index, wanted)
    tags = yield from _tags(looks)
    wanted_facts = wanted.facts if wanted else {}
    encryption = read_encryption(table, facts["encryption"], wanted_facts.get("encryption"))
    facts |= {
        "contributor_insights": (yield from send(looks.insights())),
        "resource_policy": (yield from send(looks.policy())),
        "tags": _own(tags),
        "encryption": (yield from encryption),
        "warm_throughput": _at_least(facts, wanted_facts),
    }
    facts = without_dropped(facts, schema.source)
    return replace(
        live,
        schema=replace(schema, ttl=ttl, facts=facts, indexes=indexes),
        managed_by="" if isinstance(tags, Unknown) else manager_in(tags),
    )


def _with_all_facts(
    looks: Looks, index: IndexSchema, wanted: TableSchema | None
) -> Operation[IndexSchema]:
    insights = yield from send(looks.insights(index.name))
    declared = wanted.indexes.get(index.name) if wanted else None
    warm = _at_least(index.facts, declared.facts if declared else {})
    facts = {**index.facts, "contributor_insights": insights, "warm_throughput": warm}
    return replace(index, facts=facts)


def _at_least(found: Mapping[str, Value], wanted: Mapping[str, Value]) -> Value:
    """The warm throughput: as declared where it is at least that, since AWS raises it by itself."""
    warm, declared = found["warm_throughput"], wanted.get("warm_throughput")
    if not isinstance(warm, Mapping) or not isinstance(declared, Mapping):
        return warm
    return {name: _enough(units, declared.get(name)) for name, units in warm.items()}


def _enough(units: Value, declared: Value) -> Value:
    is_enough = isinstance(units, int) and isinstance(declared, int) and units >= declared
    return declared if is_enough else units


def _tags(looks: Looks) -> Operation[dict[str, str] | Unknown]:
    """All tags, on however many pages."""
    tags: dict[str, str] = {}
    token, before = "", set[str]()
    while True:
        page = yield from send(looks.tags(token))
        if isinstance(page, Unknown):
            return page
        found, token = page
        tags |= found
        if not next_page(token, before, "ListTagsOfResource", looks.table):
            return tags


def _own(tags: dict[str, str] | Unknown) -> Value:
    """The tags that people set."""
    if isinstance(tags, Unknown):
        return tags
    return {name: value for name, value in tags.items() if not name.startswith(SYSTEM)}


def list_tables(where: Place) -> Operation[list[str]]:
    """The names of all tables, sorted. Raises Unavailable if the pages never end."""
    found: list[str] = []
    start, before = "", set[str]()
    while True:
        names, start = yield from send(_list_request(start, where))
        found += names
        if not next_page(start, before, "ListTables", ""):
            return sorted(found)


def _list_request(start: str, where: Place) -> Request[tuple[Sequence[str], str]]:
    body = {"ExclusiveStartTableName": start} if start else {}

    def decode(reply: Reply) -> tuple[Sequence[str], str]:
        page = decode_body(succeeded(reply, "ListTables", where))
        with reading():
            return texts_in(page, "TableNames"), text_in(page, "LastEvaluatedTableName")

    return request_of("ListTables", "", body, decode)
