"""Constraints: said first and proved afterwards, or made of an index that was built beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .....schema.changes import ChangePart
from .....schema.engine import DONE, LiveTable, Progress, Step
from .....schema.facts import Value
from ...payload import Statement, Steps
from ...values.names import new_name, quote
from ..declared_sql import Declares
from ..relational import part
from .effects import Form, estimate
from .indexes import built
from .refusals import tried
from .running import in_transaction

Live = Mapping[str, LiveTable]
_UNPROVED = "NOT VALID"


def of_constraint(change: ChangePart, live: Live) -> Iterator[Step]:
    """The steps of a change of a constraint."""
    name, before, after = change.path[-1], change.before, str(change.after)
    if change.after is None:
        yield _drop(change, name, live)
    elif before == f"{after} {_UNPROVED}":
        yield _prove(change, name, live)
    elif after.startswith("UNIQUE"):
        yield from _unique(change, name, before, after, live)
    elif after.startswith("EXCLUDE"):
        yield _at_once(change, name, before, after, live)
    else:
        yield _say(change, name, before, after, live)
        yield _prove(change, name, live)


def _alter(change: ChangePart) -> str:
    return f"ALTER TABLE {quote(change.schema.name)}"


def _dropped(name: str, before: Value) -> str:
    return "" if before is None else f"DROP CONSTRAINT {quote(name)}, "


def _step(
    change: ChangePart,
    comment: str,
    sql: str,
    form: Form,
    live: Live,
    what: str,
    *,
    plain: Sequence[str] = (),
) -> Step:
    table = change.schema.name
    statements = [Statement(sql, declares=Declares(table, what, reads_rows=True))]

    def work() -> Steps[Progress]:
        yield from tried(statements, table, what)
        return DONE

    told = estimate(form, table, live)
    return in_transaction(
        table,
        comment,
        statements,
        work=work,
        estimate=told,
        plain=plain,
        is_moment=not form.effect.reads,
    )


def _drop(change: ChangePart, name: str, live: Live) -> Step:
    sql = f"{_alter(change)} DROP CONSTRAINT IF EXISTS {quote(name)}"
    table, statements = change.schema.name, [Statement(sql)]

    def work() -> Steps[Progress]:
        yield from tried(statements, table, f"the drop of the constraint {name}")
        return DONE

    told = estimate(Form.DROP_CONSTRAINT, table, live)
    comment = f"drop the constraint {name} of {table}"
    return in_transaction(table, comment, statements, work=work, estimate=told, is_moment=True)


def _say(change: ChangePart, name: str, before: Value, after: str, live: Live) -> Step:
    """The constraint holds for new rows from here on; no row is read."""
    sql = f"{_alter(change)} {_dropped(name, before)}ADD CONSTRAINT {quote(name)} {after} "
    is_reference = after.startswith("FOREIGN KEY")
    form = Form.ADD_REFERENCE_NOT_VALID if is_reference else Form.ADD_CHECK_NOT_VALID
    comment = f"hold new rows of {change.schema.name} to the constraint {name}"
    what = f"the constraint {name}"
    return _step(change, comment, sql + _UNPROVED, form, live, what, plain=[sql.rstrip()])


def _prove(change: ChangePart, name: str, live: Live) -> Step:
    """In a transaction of its own: in that of the first step, its lock would last as long."""
    table, what = change.schema.name, f"the constraint {name}"
    sql = f"{_alter(change)} VALIDATE CONSTRAINT {quote(name)}"
    hidden = _hidden(change, live)
    alters = [f"ALTER TABLE {quote(one)}" for one in hidden]
    statements = [
        *(Statement(f"{alter} NO FORCE ROW LEVEL SECURITY") for alter in alters),
        Statement(sql),
        *(Statement(f"{alter} FORCE ROW LEVEL SECURITY") for alter in alters),
    ]

    def work() -> Steps[Progress]:
        yield from tried(statements, table, what)
        return DONE

    told = estimate(Form.VALIDATE_HIDDEN if hidden else Form.VALIDATE, table, live)
    comment = f"see that all rows of {table} keep the constraint {name}"
    return in_transaction(table, comment, statements, work=work, estimate=told)


def _hidden(change: ChangePart, live: Live) -> list[str]:
    """The tables of a reference whose rows the policies hide from the check, which runs as their
    owner: it is made to see them, in a transaction that nobody looks into."""
    text = str(change.after)
    if not text.startswith("FOREIGN KEY"):
        return []
    schemas = {name: table.schema for name, table in live.items()}
    schemas[change.schema.name] = change.schema
    return [
        name
        for name, schema in sorted(schemas.items())
        if part(schema, "row_security")
        and (name == change.schema.name or f"REFERENCES {quote(name)}" in text)
    ]


def _unique(change: ChangePart, name: str, before: Value, after: str, live: Live) -> Iterator[Step]:
    """The index is built beside; then it becomes the constraint, at once."""
    table = change.schema.name
    index = name if before is None else new_name(name)
    columns = after.removeprefix("UNIQUE").strip()
    nulls = ""
    if columns.startswith("NULLS NOT DISTINCT"):
        columns, nulls = columns.removeprefix("NULLS NOT DISTINCT ").strip(), " NULLS NOT DISTINCT"
    sql = f"CREATE UNIQUE INDEX {quote(index)} ON {quote(table)} {columns}{nulls}"
    plain = f"{_alter(change)} {_dropped(name, before)}ADD CONSTRAINT {quote(name)} {after}"
    yield built(change.schema, index, sql, live, anew=before is not None, plain=[plain])
    sql = (
        f"{_alter(change)} {_dropped(name, before)}"
        f"ADD CONSTRAINT {quote(name)} UNIQUE USING INDEX {quote(index)}"
    )
    comment = f"make the constraint {name} of {table} from its index"
    yield _step(change, comment, sql, Form.USE_INDEX, live, f"the constraint {name}")


def _at_once(change: ChangePart, name: str, before: Value, after: str, live: Live) -> Step:
    """PostgreSQL has no form of EXCLUDE that is built beside."""
    sql = f"{_alter(change)} {_dropped(name, before)}ADD CONSTRAINT {quote(name)} {after}"
    comment = f"add the constraint {name} to {change.schema.name}"
    return _step(change, comment, sql, Form.EXCLUDE, live, f"the constraint {name}")
