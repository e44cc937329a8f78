"""Objects of one's own: made, replaced where the server can, else made anew with what belongs to
them and to what needs them; dropped when they are no longer declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .....errors import TrueupError
from .....schema.changes import ChangePart
from .....schema.engine import DONE, LiveTable, Progress, Step
from .....schema.facts import Value
from .....schema.mentions import CALLED, IN_PLACE_OF, kind_and_name
from ...payload import Statement, Steps, ask
from ...relational.privileges import privilege_of
from ...tables.layout import key_name
from ...values.names import literal, quote
from ..comments import said, said_of_key
from ..objects import object_statement
from ..relational import part
from ..views import bare_views, refuse_bare_views
from .belongings import belongings, given_back
from .dependents import CREATES_VIEW, declared_views, with_views
from .effects import Form, estimate
from .named_types import of_named_type
from .refusals import tried
from .running import in_transaction

Live = Mapping[str, LiveTable]

_SAVEPOINT = Statement("SAVEPOINT replaced")
_BACK = Statement("ROLLBACK TO SAVEPOINT replaced")
_NOT_REPLACED = ("42P16", "42P13", "42809")
"""What the server says if OR REPLACE cannot: a view loses a column, a function returns another
type. Source: https://www.postgresql.org/docs/15/errcodes-appendix.html"""

_OF_FUNCTION = """SELECT format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', $2::text)
FROM pg_proc p WHERE p.oid = to_regprocedure($1) AND p.proacl IS NOT NULL
AND NOT EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0)
UNION ALL SELECT format('GRANT EXECUTE ON ROUTINE %s TO %s%s', $2::text,
CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM pg_proc p CROSS JOIN LATERAL aclexplode(p.proacl) a
WHERE p.oid = to_regprocedure($1) AND a.grantee <> p.proowner
UNION ALL SELECT format('COMMENT ON ROUTINE %s IS %L', $2::text, o.description)
FROM pg_description o WHERE o.classoid = 'pg_proc'::regclass AND o.objoid = to_regprocedure($1)"""
"""The same of a function or a procedure: $1 as it is, for $2, as it is made."""

_CALLERS = """SELECT DISTINCT CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END
|| c.relname FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid
JOIN pg_class c ON c.oid = w.ev_class WHERE d.classid = 'pg_rewrite'::regclass
AND d.refclassid = 'pg_proc'::regclass AND d.refobjid = to_regprocedure($1) ORDER BY 1"""
"""The views that call a function."""


def of_object(change: ChangePart, live: Live) -> Iterator[Step]:
    """The steps of a change of an object."""
    name, schema = change.path[-1], change.schema
    if change.after is None:
        yield _drop(change)
    elif isinstance(change.after, Mapping) and isinstance(change.before, Mapping):
        yield from of_named_type(change)
    else:
        yield _make(change, object_statement(schema.name, name, change.after), live)


def _make(change: ChangePart, made: Statement, live: Live) -> Step:
    name, schema = change.path[-1], change.schema
    kind, _ = kind_and_name(name)
    views = bare_views([schema])
    head = made.sql.upper().split("AS", 1)[0]
    is_new, is_replaced = change.before is None, "OR REPLACE" in head
    former = str(change.before or "")
    former = former.removeprefix(IN_PLACE_OF) if former.startswith(IN_PLACE_OF) else ""

    def work() -> Steps[Progress]:
        yield _SAVEPOINT
        try:
            if is_new or (is_replaced and not former):
                yield made
        except TrueupError as error:
            if is_new or str(error.native)[:5] not in _NOT_REPLACED:
                raise
            yield _BACK
            yield from _anew(change, name, made, live)
        else:
            if former or not (is_new or is_replaced):
                yield from _anew(change, former or name, made, live)
        for select in views:
            refuse_bare_views((yield from ask(select)))
        if is_new:  # in the same transaction: at no moment may others do what is revoked
            yield from _privileges(change)
        yield from _record(change)
        return DONE

    told = estimate(Form.CREATE_TRIGGER, schema.name, live) if kind == "trigger" else ""
    return in_transaction(schema.name, f"make the {name}", [made], work=work, estimate=told)


def _privileges(change: ChangePart) -> Iterator[Statement]:
    """What is declared of the privileges on an object that is made."""
    for key, is_granted in part(change.schema, "privileges").items():
        one = privilege_of(key)
        if one.on == change.path[-1]:
            yield Statement(one.sql(change.schema.name, is_granted=is_granted is True))


def _anew(change: ChangePart, old: str, made: Statement, live: Live) -> Steps[None]:
    """An object is dropped and made; so are the declared views that read it, or call it. What
    belongs to them is kept."""
    new, schema = change.path[-1], change.schema
    kind, name = kind_and_name(old)
    dropped = Statement(dropped_sql(old, schema.name))
    work = tried([dropped, made], schema.name, f"the {new}")
    if kind.endswith("view"):
        work = with_views(schema, name, live, _with_belongings(name, work))
    elif kind in CALLED:
        callers = [view for (view,) in (yield from ask(Statement(_CALLERS, (name,))))]
        for view in callers:
            work = _with_caller(change, view, live, work)
        work = with_grants(name, kind_and_name(new)[1], work)
    yield from work


def _with_belongings(view: str, work: Steps[None]) -> Steps[None]:
    kept = yield from belongings(view)
    yield from work
    yield from given_back(view, kept)


def with_grants(old: str, new: str, work: Steps[None]) -> Steps[None]:
    """Work that drops a function and makes one: what others may do with it is given back."""
    kept = yield from ask(Statement(_OF_FUNCTION, (old, new)))
    yield from work
    for (sql,) in kept:
        yield Statement(str(sql))


def _with_caller(change: ChangePart, view: str, live: Live, work: Steps[None]) -> Steps[None]:
    """Work below a view that calls a function, and views that read it. One that is not declared
    stays, so that the server refuses the work."""
    declared = _declared(change, live)
    if view not in declared:
        yield from work
        return
    table, name = change.schema.name, kind_and_name(view)[1]

    def between() -> Steps[None]:
        yield Statement(dropped_sql(view, table))
        yield from work
        yield object_statement(table, view, declared[view])

    yield from with_views(change.schema, name, live, _with_belongings(name, between()))


def _declared(change: ChangePart, live: Live) -> Mapping[str, Value]:
    """The declared views with their SQL: those of the table, and of others that are as declared."""
    own = part(change.schema, "objects").items()
    views = {name: sql for name, sql in own if CREATES_VIEW.search(str(sql))}
    return declared_views(live) | views


def dropped_sql(name: str, table: str) -> str:
    """The SQL that drops an object. table: that of a trigger."""
    kind, called = kind_and_name(name)
    word = kind.upper().removeprefix("COMPOSITE ")
    quoted = called if kind in CALLED else quote(called)
    return f"DROP {word} {quoted}" + (f" ON {quote(table)}" if kind == "trigger" else "")


def _drop(change: ChangePart) -> Step:
    name, table = change.path[-1], change.schema.name
    dropped = Statement(dropped_sql(name, table))

    def work() -> Steps[Progress]:
        yield from tried([dropped], table, f"the drop of the {name}")
        yield from _record(change)
        return DONE

    return in_transaction(table, f"drop the {name}", [dropped], work=work)


def _record(change: ChangePart) -> Steps[None]:
    """The comment on the key of the table says which objects were made for it."""
    name, key = change.path[-1], quote(key_name(change.schema))
    if name.startswith("trigger "):
        return
    select = f"SELECT obj_description(to_regclass({literal(key)}), 'pg_class')"
    [[comment]] = yield from ask(Statement(select))
    found = said(comment)
    made = {str(one) for one in found.pop("objects", [])}
    former = str(change.before or "")
    made.discard(former.removeprefix(IN_PLACE_OF))
    made = made - {name} if change.after is None else made | {name}
    text = said_of_key({**found, "objects": sorted(made)} if made else found)
    if found and text != comment:
        yield Statement(f"COMMENT ON INDEX {key} IS {literal(text)}")
