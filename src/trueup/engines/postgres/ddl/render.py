"""Changes of tables as steps. Tables of columns are changed in place; others are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from ....errors import ErrorCode, NeedsOperator, Place, UnsupportedByEngine
from ....operations.operation import Request, as_it_is, unchanged
from ....schema.changes import AddTable, Change, ChangePart, DropTable, RenamePart, path_of
from ....schema.engine import DONE, LiveTable, Progress, Step, shown_names
from ....schema.facts import Value
from ....schema.tables import TableSchema
from ..payload import Rows, Statement, Steps, Transaction, ask
from ..tables.layout import is_relational
from ..values.names import SCHEMA, quote
from .changing.labels import is_made_anew, without_labels
from .changing.renaming import rename_step
from .changing.steps import change_steps
from .relational import part
from .removal import drop_steps
from .shared_functions import FUNCTIONS, bodies, check_functions
from .statements import create_statements
from .views import bare_views, refuse_bare_views

_LOCK = Statement("SELECT pg_advisory_xact_lock(hashtextextended('trueup: create tables', 0))")
"""Of two processes that create tables, one waits for the other: in PostgreSQL, IF NOT EXISTS does
not keep them apart. The lock ends with its transaction, so that poolers can hold it too.

Source: https://www.postgresql.org/docs/15/explicit-locking.html#ADVISORY-LOCKS
"""

_LABELS = f"""SELECT t.typname, array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
FROM pg_type t LEFT JOIN pg_enum e ON e.enumtypid = t.oid
WHERE t.typnamespace = {SCHEMA} AND t.typname = ANY ($1::text[]) GROUP BY t.typname"""
_IS_THERE = f"SELECT 1 FROM pg_class WHERE relnamespace = {SCHEMA} AND relname = ANY ($1::text[])"


_FORCED = f"""SELECT relname FROM pg_class
WHERE relnamespace = {SCHEMA} AND relforcerowsecurity ORDER BY relname"""

_NOT_AVAILABLE = """SELECT name FROM unnest($1::text[]) AS wanted (name)
WHERE name NOT IN (SELECT name::text FROM pg_available_extensions) ORDER BY name"""


def render(changes: Sequence[Change], live: Mapping[str, LiveTable]) -> list[Step]:
    """The steps that make the changes, in order. Tables that follow each other are made, or
    dropped, together.

    Raises NeedsOperator (schema-mismatch) for a change that this engine cannot make.
    """
    steps: list[Step] = []
    live = _with_objects(changes, live)
    for kind, some in groupby(changes, type):
        if kind is AddTable:
            steps.append(_create([change.schema for change in some]))
        elif kind is DropTable:
            steps += drop_steps([one for one in some if isinstance(one, DropTable)], live)
        elif kind is RenamePart:
            renamed = [one for one in some if isinstance(one, RenamePart)]
            for _, of_table in groupby(renamed, lambda one: one.schema.name):
                steps.append(rename_step(list(of_table), live))
        else:
            for change in some:
                alike = _of_one_type(change, changes)
                if not alike:
                    steps += _in_place(change, live)
                elif alike[0] is change:
                    declared = {one.schema.name: one.schema for one in changes}
                    steps.append(without_labels(alike, declared, live))
                live = _after(change, live)
    return steps


def _after(change: Change, live: Mapping[str, LiveTable]) -> Mapping[str, LiveTable]:
    """The live tables when a change is made, as far as later ones say it: the comment on a key
    names the objects that were made for its table."""
    name = change.schema.name
    is_drop = isinstance(change, ChangePart) and change.after is None
    if not is_drop or path_of(change)[0] != "objects" or name not in live:
        return live
    beyond = part(live[name].schema, "beyond")
    objects = beyond.get("objects")
    left = dict(objects) if isinstance(objects, Mapping) else {}
    left.pop(path_of(change)[-1], None)
    return _with_facts(live, name, {"beyond": {**beyond, "objects": left}})


def _with_facts(
    live: Mapping[str, LiveTable], name: str, facts: Mapping[str, Value]
) -> dict[str, LiveTable]:
    table = live[name]
    schema = replace(table.schema, facts={**table.schema.facts, **facts})
    return {**live, name: replace(table, schema=schema)}


def _of_one_type(change: Change, changes: Sequence[Change]) -> list[ChangePart]:
    """The changes of an enum type that is made anew, once for all tables that declare it."""
    if not is_made_anew(change):
        return []
    return [one for one in changes if isinstance(one, ChangePart) and one.path == change.path]


def _with_objects(
    changes: Sequence[Change], live: Mapping[str, LiveTable]
) -> Mapping[str, LiveTable]:
    """The live tables, with the SQL of one's own as it is declared: a change of one table may have
    to make again what another declares."""
    found = dict(live)
    for schema in {change.schema.name: change.schema for change in changes}.values():
        objects = part(schema, "objects")
        if objects and schema.name in found:
            there = part(found[schema.name].schema, "objects")
            found = _with_facts(found, schema.name, {"objects": {**there, **objects}})
    return found


def _in_place(change: Change, live: Mapping[str, LiveTable]) -> list[Step]:
    """The steps of a change of a table of columns. Raises NeedsOperator (schema-mismatch) for any
    other table, and for what PostgreSQL cannot change."""
    steps = list(change_steps(change, live)) if is_relational(change.schema) else []
    if not steps:
        raise _refused(change)
    return steps


def _create(tables: Sequence[TableSchema]) -> Step:
    """One transaction, which does nothing if another process has created one of the tables."""
    names = [table.name for table in tables]
    made = Statement(_IS_THERE, (names,))
    wanted = sorted({name for table in tables for name in part(table, "extensions")})
    missing = Statement(_NOT_AVAILABLE, (wanted,))
    types = {name: labels for table in tables for name, labels in part(table, "types").items()}
    known = Statement(_LABELS, (sorted(types),))
    made_of = {name: sql for table in tables for name, sql in part(table, "functions").items()}
    functions = bodies(made_of)
    shared = Statement(FUNCTIONS, (sorted(functions),))
    refers = any(str(one).startswith("FOREIGN KEY") for one in _constraints(tables))
    body = list(create_statements(tables))
    views = bare_views(tables)

    def work() -> Steps[Progress]:
        yield _LOCK
        there = yield made
        if there:
            return Progress(is_late=True)
        if wanted:
            _require_available((yield from ask(missing)))
        if types:
            _check_types(types, (yield from ask(known)))
        if functions:
            check_functions(functions, (yield from ask(shared)))
        seen = _referred((yield from ask(Statement(_FORCED))), tables) if refers else []
        around = _forced(seen, "NO FORCE"), _forced(seen, "FORCE")
        for statement in (*around[0], *body, *around[1]):  # noqa: UP028 - it would be sent rows
            yield statement
        for select in views:
            refuse_bare_views((yield from ask(select)))
        return DONE

    before = (_LOCK, made, *((known,) if types else ()), *((shared,) if functions else ()))
    payload = Transaction(lambda: (*before, *body, *views), work)
    # If its reply was lost, a second execution finds the tables, and creates none.
    request = Request("CreateTables", "", payload, as_it_is, after_loss=unchanged)
    told = tuple(statement.sql for statement in body)
    return Step(f"create {shown_names(names)}", names[0], request, statements=told)


def _referred(forced: Rows, tables: Sequence[TableSchema]) -> list[str]:
    """The existing tables that new ones refer to, and whose policies would refuse the check of the
    reference, which runs as their owner and for no tenant."""
    made = {table.name for table in tables}
    texts = [str(one) for one in _constraints(tables)]
    return [
        name
        for (name,) in forced
        if name not in made and any(f"REFERENCES {quote(name)}" in text for text in texts)
    ]


def _constraints(tables: Sequence[TableSchema]) -> list[Value]:
    return [one for table in tables for one in part(table, "constraints").values()]


def _forced(names: Sequence[str], word: str) -> list[Statement]:
    return [Statement(f"ALTER TABLE {quote(one)} {word} ROW LEVEL SECURITY") for one in names]


def _require_available(missing: Rows) -> None:
    if missing:
        named = ", ".join(name for (name,) in missing)
        raise UnsupportedByEngine(
            f"this PostgreSQL does not have the extensions that the tables need: {named}",
            where=Place("postgres"),
            fix="install them on the server (the package of PostGIS is postgresql-15-postgis-3 on "
            "Debian), or use a server that has them",
        )


def _check_types(declared: Mapping[str, Value], found: Rows) -> None:
    """Refuse an enum type that is there with other labels: CREATE TYPE would leave it as it is."""
    for name, labels in found:
        if list(labels) != declared[name]:
            raise NeedsOperator(
                f"the type {name} is there, with other labels than declared",
                where=Place("postgres"),
                code=ErrorCode.SCHEMA_MISMATCH,
                fix="name another type in enums=, or change the type in SQL",
            )


def _refused(change: Change) -> NeedsOperator:
    return NeedsOperator(
        f"this is not changed in place on PostgreSQL: {change}",
        where=Place("postgres", table=change.schema.name),
        code=ErrorCode.SCHEMA_MISMATCH,
        fix="make the change in SQL, then verify the table",
    )
