"""Extensions and enum types: made, and given more labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .....schema.changes import ChangePart
from .....schema.engine import DONE, Progress, Step
from ...payload import Statement, Steps
from ...values.names import literal, quote, unless
from ..declared_sql import Declares
from ..relational import extension_statement, type_statement
from .labels import labels_of
from .running import alone, in_transaction


def of_extension(change: ChangePart) -> Step:
    """The step that enables an extension."""
    name, table = change.path[-1], change.schema.name
    return in_transaction(
        table, f"enable the extension {name}", [extension_statement(change.schema, name)]
    )


def of_type(change: ChangePart) -> Step:
    """The step that makes an enum type, or adds labels to it."""
    name, table = change.path[-1], change.schema.name
    after = labels_of(change.after)
    if change.before is None:
        sql = unless("duplicate_object", type_statement(name, after))
        made = Statement(sql, declares=Declares(table, f"the type {name}"))
        return in_transaction(table, f"make the type {name}", [made])
    before = labels_of(change.before)
    statements = list(_added(name, before, after))

    def work() -> Steps[Progress]:
        for sql in statements:
            yield Statement(sql)
        return DONE

    return alone(table, f"add labels to the type {name}", statements, work)


def _added(name: str, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """A label stands before the next that is there, or at the end. A label can be used only when
    the transaction that added it has ended.

    Source: https://www.postgresql.org/docs/15/sql-altertype.html
    """
    for position, label in enumerate(after):
        if label in before:
            continue
        following = [one for one in after[position:] if one in before]
        place = f" BEFORE {literal(following[0])}" if following else ""
        yield f"ALTER TYPE {quote(name)} ADD VALUE IF NOT EXISTS {literal(label)}{place}"
