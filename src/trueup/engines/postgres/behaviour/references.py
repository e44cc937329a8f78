"""Whether references act: each refuses a row that refers to nothing, and does what is declared when
the row is deleted that others refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ....model.declarations.relational import References
from ....model.description.tables import TableDescription
from ....schema.facts import Difference, Unknown, Value
from ....schema.tables import TableSchema
from ..ddl.relational import part
from ..payload import Steps
from ..values.names import column_name, quote
from .attempts import REFERENCE, Outcome, attempt
from .constraints import finding
from .copies import added
from .rows import RowMaker

_PARENT, _CHILD, _ORPHAN = 3, 4, 5


def reference_findings(
    table: TableDescription, schema: TableSchema, rows: Mapping[str, RowMaker]
) -> Steps[list[Difference]]:
    """What the references of one table do, each on copies that have no other."""
    found: list[Difference] = []
    for name, reference in _references(table, schema):
        found += yield from _reference(rows[schema.name], rows, name, reference)
    return found


def _references(table: TableDescription, schema: TableSchema) -> Iterator[tuple[str, References]]:
    assert table.relational is not None
    names = [
        name
        for name, sql in part(schema, "constraints").items()
        if str(sql).startswith("FOREIGN KEY")
    ]
    yield from zip(names, table.relational.references, strict=True)


def _reference(
    rows: RowMaker, others: Mapping[str, RowMaker], name: str, reference: References
) -> Steps[list[Difference]]:
    refuses = "refuses a row that refers to nothing"
    acts = f"on delete: {_WORDS[reference.on_delete]}"
    live = rows.live.constraints.get(name)
    if live is None or live.kind != "f":
        return [
            finding("references", name, refuses, refuses.replace("refuses", "accepts")),
            finding("on_delete", name, acts, "nothing happens"),
        ]
    parent = others.get(live.to or "")
    if parent is None:
        why = Unknown("the table that it refers to is not copied")
        return [finding("references", name, refuses, why), finding("on_delete", name, acts, why)]
    setup = [added(rows.live, live), "SET CONSTRAINTS ALL IMMEDIATE"]
    orphan = yield from attempt(*setup, rows.insert(_ORPHAN))
    refusal: Value = refuses
    if not orphan.state:
        refusal = refuses.replace("refuses", "accepts")
    elif orphan.state != REFERENCE:
        refusal = Unknown(orphan.text)
    pairs = list(zip(live.columns, live.to_columns, strict=True))
    refers = {own: parent.value(theirs, _PARENT) for own, theirs in pairs}
    child = rows.insert(_CHILD, refers)
    own_parent = {own: rows.value(theirs, _PARENT) for own, theirs in pairs}
    made = parent.insert(_PARENT, own_parent if parent.live.name == rows.live.name else {})
    columns = [column_name(one) for one in live.to_columns]
    gone = f"DELETE FROM {quote(parent.live.name)} WHERE {parent.is_row(columns, _PARENT)}"
    left = _left(rows, live.columns)
    outcome = yield from attempt(*setup, made, child, gone, left)
    return [
        finding("references", name, refuses, refusal),
        finding("on_delete", name, acts, _seen(outcome)),
    ]


_WORDS = {
    "no action": "refused",
    "restrict": "refused",
    "cascade": "the rows go too",
    "set null": "the fields are set",
    "set default": "the fields are set",
}


def _left(rows: RowMaker, columns: tuple[str, ...]) -> str:
    """How many rows of the child are there."""
    key = next((one.columns for one in rows.live.constraints.values() if one.kind == "p"), ())
    kept = [one for one in key if one not in columns]
    is_child = rows.is_row(kept, _CHILD) if kept else "true"
    return f"SELECT count(*) FROM {quote(rows.live.name)} WHERE {is_child}"


def _seen(outcome: Outcome) -> Value:
    if outcome.state in (REFERENCE, "23001"):
        return "on delete: refused"
    if outcome.state:
        return Unknown(outcome.text)
    [(count,)] = outcome.rows
    return "on delete: the rows go too" if count == 0 else "on delete: the fields are set"
