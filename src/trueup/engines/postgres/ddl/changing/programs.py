"""Functions of triggers, triggers, and row security."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from .....errors import ErrorCode, NeedsOperator, Place
from .....schema.changes import ChangePart
from .....schema.engine import DONE, LiveTable, Progress, Step
from ...payload import Statement, Steps, ask
from ...values.names import SCHEMA, literal, quote, unless
from ..declared_sql import Declares
from ..relational import part
from ..shared_functions import FUNCTIONS, bodies, check_functions
from ..views import bare_views, refuse_bare_views
from .effects import Form, estimate
from .running import in_transaction

Live = Mapping[str, LiveTable]

_USED_ELSEWHERE = f"""SELECT DISTINCT c.relname FROM pg_trigger g
JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_proc p ON p.oid = g.tgfoid
WHERE p.pronamespace = {SCHEMA} AND p.proname = $1 AND NOT c.relname = ANY ($2::text[])"""

OURS = r"p.pronargs = 0 AND p.prosrc LIKE E'\nBEGIN\n  %\n  RETURN NEW;\nEND\n'"
"""Whether a function is written as Trueup writes those of triggers."""

_OURS = f"""SELECT p.proname FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
WHERE g.tgrelid = to_regclass({{}}) AND g.tgname = $1 AND {OURS}"""
"""The function of a trigger, if it is one of ours."""


def of_function(change: ChangePart, live: Live) -> Step:
    """The step that makes the function of a trigger, or another of it. Raises as
    `check_functions` does, and for one that the triggers of other tables use."""
    name, table, sql = change.path[-1], change.schema.name, str(change.after)
    declares = Declares(table, f"the function {name}")
    made = Statement(sql, declares=declares)

    def work() -> Steps[Progress]:
        if change.before is None:
            found = yield from ask(Statement(FUNCTIONS, ([name],)))
            check_functions(bodies({name: sql}), found)
        else:
            yield from refuse_used(name, table, {*live, table})
        yield made
        return DONE

    return in_transaction(table, f"make the function {name}", [made], work=work)


def refuse_used(name: str, table: str, ours: Collection[str]) -> Steps[None]:
    """Refuse to change a function that triggers of others than our tables call."""
    rows = yield from ask(Statement(_USED_ELSEWHERE, (name, sorted(ours))))
    if rows:
        used = ", ".join(one for (one,) in rows)
        raise NeedsOperator(
            f"the function {name} is that of triggers of other tables too: {used}",
            where=Place("postgres", table=table),
            code=ErrorCode.SCHEMA_MISMATCH,
            fix="name another one with function= of the trigger",
        )


def of_trigger(change: ChangePart, live: Live) -> Step:
    """The step that makes a trigger, enables it, or drops it."""
    name, schema, after = change.path[-1], change.schema, str(change.after)
    table, quoted = quote(schema.name), quote(name)
    if change.after is None:
        return _drop_trigger(change, live)
    statements = [Statement(after, declares=Declares(schema.name, f"the trigger {name}"))]
    if change.before is not None:
        statements.append(Statement(f"ALTER TABLE {table} ENABLE TRIGGER {quoted}"))

    def work() -> Steps[Progress]:
        return (yield from _with_function(change, statements, live))

    told = estimate(Form.CREATE_TRIGGER, schema.name, live)
    comment = f"make the trigger {name} of {schema.name}"
    return in_transaction(schema.name, comment, statements, work=work, estimate=told)


def _drop_trigger(change: ChangePart, live: Live) -> Step:
    table, name = change.schema.name, change.path[-1]
    dropped = Statement(f"DROP TRIGGER IF EXISTS {quote(name)} ON {quote(table)}")

    def work() -> Steps[Progress]:
        return (yield from _with_function(change, [dropped], live))

    told = estimate(Form.DROP_TRIGGER, table, live)
    comment = f"drop the trigger {name} of {table}"
    return in_transaction(table, comment, [dropped], work=work, estimate=told)


def _with_function(
    change: ChangePart, statements: Sequence[Statement], live: Live
) -> Steps[Progress]:
    """The change of a trigger. A function of ours goes with the last of its triggers, unless it is
    declared."""
    schema, name = change.schema, change.path[-1]
    declared = set(part(schema, "functions"))
    for table in live.values():
        declared |= set(part(table.schema, "functions"))
    functions = yield from ask(Statement(_OURS.format(literal(quote(schema.name))), (name,)))
    for statement in statements:  # noqa: UP028 - `yield from` would send rows to an iterator
        yield statement
    for (function,) in functions:
        if function not in declared:
            sql = f"DROP FUNCTION {quote(function)}()"
            yield Statement(unless("dependent_objects_still_exist", sql))
    return DONE


def of_row_security(change: ChangePart, live: Live) -> Step:
    """The step for row security, or for a policy: at no moment is there none."""
    schema, part, after = change.schema, change.path[-1], change.after
    table, told = quote(schema.name), estimate(Form.ROW_SECURITY, schema.name, live)
    statements = [*_security(table, part, change)]
    views = bare_views([schema]) if after is not None else []

    def work() -> Steps[Progress]:
        for statement in statements:  # noqa: UP028 - `yield from` would send rows to an iterator
            yield statement
        for select in views:
            refuse_bare_views((yield from ask(select)))
        return DONE

    comment = f"{'end' if after is None else 'set'} {change.what} of {schema.name}"
    return in_transaction(schema.name, comment, statements, work=work, estimate=told)


def _security(table: str, part: str, change: ChangePart) -> Iterator[Statement]:
    if change.path[1] == "policies":
        if change.before is not None:
            yield Statement(f"DROP POLICY IF EXISTS {quote(part)} ON {table}")
        if change.after is not None:
            declares = Declares(change.schema.name, f"the policy {part}")
            yield Statement(str(change.after), declares=declares)
    elif change.after is None:
        yield Statement(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        yield Statement(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    else:
        word = "ENABLE" if part == "enabled" else "FORCE"
        yield Statement(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")
