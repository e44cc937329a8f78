"""Tables are dropped, or kept out of the way: in a schema of their own, with all that is theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ....errors import ErrorCode, NeedsOperator, Place
from ....operations.operation import Request, as_it_is
from ....schema.changes import DropTable
from ....schema.engine import DONE, LiveTable, Progress, Step, shown_names
from ....schema.facts import Value
from ....schema.mentions import kind_and_name
from ....schema.tables import TableSchema
from ..payload import Statement, Steps, Transaction, ask
from ..values.names import SCHEMA, literal, quote, short_name, unless
from .relational import part

_USED = "dependent_objects_still_exist"
_WHERE = "SELECT current_schema(), to_regclass({}) IS NOT NULL"


_READERS = f"""WITH RECURSIVE dropped AS (SELECT oid FROM pg_class
WHERE relnamespace = {SCHEMA} AND relname = ANY ($1::text[])),
reads (view, depth) AS (SELECT w.ev_class, 1 FROM dropped t JOIN pg_depend d
ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid
AND d.classid = 'pg_rewrite'::regclass
JOIN pg_rewrite w ON w.oid = d.objid WHERE w.ev_class NOT IN (SELECT oid FROM dropped)
UNION SELECT w.ev_class, depth + 1 FROM reads r JOIN pg_depend d
ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.view
AND d.classid = 'pg_rewrite'::regclass
JOIN pg_rewrite w ON w.oid = d.objid WHERE w.ev_class <> r.view)
SELECT pg_describe_object('pg_class'::regclass, c.oid, 0), CASE WHEN c.relnamespace = {SCHEMA} THEN
CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || c.relname ELSE '' END,
c.relname, max(depth) FROM reads r JOIN pg_class c ON c.oid = r.view GROUP BY c.oid
UNION ALL SELECT format('constraint %I of table %s', conname, conrelid::regclass), '', '', 0
FROM pg_constraint WHERE contype = 'f' AND confrelid IN (SELECT oid FROM dropped)
AND conrelid NOT IN (SELECT oid FROM dropped)
UNION ALL SELECT DISTINCT pg_describe_object(d.classid, d.objid, 0), '', '', 0 FROM pg_depend d
JOIN pg_policy y ON d.classid = 'pg_policy'::regclass AND y.oid = d.objid
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid IN (SELECT oid FROM dropped)
AND y.polrelid NOT IN (SELECT oid FROM dropped)
ORDER BY 4 DESC, 1"""
"""What reads tables, or refers to them, and does not go with them: the outermost first.
Source: https://www.postgresql.org/docs/15/catalog-pg-depend.html"""


def drop_steps(drops: Sequence[DropTable], live: Mapping[str, LiveTable]) -> Iterator[Step]:
    """The steps of drops that follow each other. Those without a backup are one statement, since
    the tables may refer to each other."""
    for drop in drops:
        if drop.backup:
            yield _keep(drop.schema, short_name(drop.backup))
    dropped = [drop.schema for drop in drops if not drop.backup]
    if dropped:
        yield _drop(dropped, live)


def _drop(tables: Sequence[TableSchema], live: Mapping[str, LiveTable]) -> Step:
    names = [table.name for table in tables]
    objects = _objects(tables, live)
    body = [
        *(Statement(f"DROP {kind} IF EXISTS {names}") for kind, names in _dropped(objects, _VIEWS)),
        Statement(f"DROP TABLE IF EXISTS {', '.join(map(quote, names))}"),
        *(Statement(sql) for table in tables for sql in _unused(table)),
        *(
            Statement(unless(_USED, f"DROP {kind} IF EXISTS {names}"))
            for kind, names in _dropped(objects, _OTHERS)
        ),
    ]
    declared = {*objects, *(name for table in tables for name in part(table, "objects"))}
    readers = Statement(_READERS, (names,))

    def work() -> Steps[Progress]:
        rows = yield from ask(readers)
        _refuse_readers(names, [str(said) for said, view, *_ in rows if view not in declared])
        for _, view, name, _ in rows:
            yield Statement(f"DROP {view.rpartition(' ')[0].upper()} {quote(name)}")
        for statement in body:  # noqa: UP028 - `yield from` would send rows to an iterator
            yield statement
        return DONE

    found = [live[name].items for name in names if name in live]
    counted = [items for items in found if items is not None]
    count = f"about {sum(counted):,} items" if counted else ""
    request = Request("DropTable", "", Transaction(lambda: (readers, *body), work), as_it_is)
    whose = "its" if len(names) == 1 else "their"
    comment = f"drop {shown_names(names)} and {whose} items"
    told = tuple(statement.sql for statement in body)
    return Step(comment, names[0], request, estimate=count, statements=told)


def _refuse_readers(names: Sequence[str], readers: Sequence[str]) -> None:
    """Refuse to drop tables below what others made; views that the tables declare go with them."""
    if readers:
        said = ", ".join(readers)
        raise NeedsOperator(
            f"{said} would lose what it reads or refers to; nothing was dropped",
            where=Place("postgres", table=shown_names(names)),
            code=ErrorCode.SCHEMA_MISMATCH,
            fix=f"drop {said} in SQL first, if it is no longer needed",
        )


def _unused(table: TableSchema) -> Iterator[str]:
    """The types and functions of a relational table go with it, unless others use them."""
    for name in part(table, "functions"):
        yield unless(_USED, f"DROP FUNCTION IF EXISTS {quote(name)}()")
    for name in part(table, "types"):
        yield unless(_USED, f"DROP TYPE IF EXISTS {quote(name)}")


_VIEWS = ("view", "materialized view")
_OTHERS = ("function", "procedure", "sequence", "domain", "composite type")


def _objects(tables: Sequence[TableSchema], live: Mapping[str, LiveTable]) -> list[str]:
    """The objects that were made for the tables, and that no other table declares."""
    gone = {table.name for table in tables}
    kept = {
        name
        for table in live.values()
        if table.schema.name not in gone
        for name in part(table.schema, "objects")
    }
    made = (_listed(table.facts.get("made")) for table in tables)
    return [name for names in made for name in names if name not in kept]


def _listed(value: Value) -> Sequence[str]:
    return [str(one) for one in value] if isinstance(value, Sequence) else ()


def _dropped(objects: Sequence[str], kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    """For each kind its word, and the objects of it: together, as they may need each other."""
    for kind in kinds:
        names = [name for one, name in map(kind_and_name, objects) if one == kind]
        if names:
            quoted = [name if "(" in name else quote(name) for name in names]
            yield kind.upper().removeprefix("COMPOSITE "), ", ".join(quoted)


def _keep(table: TableSchema, backup: str) -> Step:
    """The table moves into a schema that has the backup's name: at once, and nothing is copied."""
    name = quote(table.name)
    where = Statement(_WHERE.format(literal(name)))
    moves = (
        Statement(f"CREATE SCHEMA {quote(backup)}"),
        Statement(f"ALTER TABLE {name} SET SCHEMA {quote(backup)}"),
    )

    def work() -> Steps[Progress]:
        [[schema, is_there]] = yield from ask(where)
        if not is_there:
            return DONE
        for statement in moves:  # noqa: UP028 - `yield from` would send rows to an iterator
            yield statement
        restore = f"ALTER TABLE {quote(backup)}.{name} SET SCHEMA {quote(schema)}"
        return Progress(note=f"it is kept in the schema {backup}; {restore} brings it back")

    payload = Transaction(lambda: (where, *moves), work)
    request = Request("DropTable", "", payload, as_it_is)
    return Step(f"move {table.name} and its items to the schema {backup}", table.name, request)
