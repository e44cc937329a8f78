"""Tenants: requests whose transactions show one tenant's rows only, and who may ask for that.

The tenant is set for a transaction, never for a connection, so that nothing of it is left when
another uses the connection next, also behind a pooler.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any
from uuid import UUID

from ..._dataclass import dataclass
from ..._kinds import kind_of_value
from ...errors import ErrorCode, InvalidCall, NeedsOperator, Place
from ...expressions.values import is_text
from ...model.description.tables import Attribute, TableDescription
from ...model.translation.shapes import Leaf, Scalar
from ...schema.tables import TableSchema
from .ddl.relational import row_security
from .errors import NO_TENANT
from .payload import Statement, Steps, ask
from .relational.row_security import POLICY, SETTING
from .values.names import literal, quote

_WHERE = Place("postgres")
SET_TENANT = f"SELECT set_config('{SETTING}', $1, true)"

_COMPARED = (
    f"COALESCE(NULLIF(current_setting('{SETTING}'::text, true), ''::text), "
    f"current_setting('{NO_TENANT}'::text))"
)
"""What our policy compares with, in the words of the server."""

ROLE = f"""SELECT name, row_security_active(c.oid), r.rolsuper OR r.rolbypassrls,
EXISTS (SELECT FROM pg_policy y WHERE y.polrelid = c.oid AND y.polname = {literal(POLICY)}
AND y.polpermissive AND y.polcmd = '*' AND 0 = ANY (y.polroles)
AND strpos(pg_get_expr(y.polqual, y.polrelid), {literal(_COMPARED)}) > 0
AND pg_get_expr(y.polwithcheck, y.polrelid) = pg_get_expr(y.polqual, y.polrelid))
FROM unnest($1::text[]) AS wanted (name)
JOIN pg_class c ON c.oid = to_regclass(quote_ident(name))
JOIN pg_roles r ON r.rolname = current_user ORDER BY name"""
"""Tables as queries find them, whether the role sees of them what their policies show, whether it
is above all policies, and whether our policy is there. The owner is above them, too, unless
row-level security is forced.

Sources: https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-INFO-ACCESS-TABLE
    https://www.postgresql.org/docs/15/catalog-pg-policy.html
"""


@dataclass(frozen=True, slots=True)
class Unbound:
    """Why tables do not show a tenant its own rows alone, and how to mend it."""

    what: str
    fix: str
    tables: str


class RoleCheck:
    """Whether policies bind the role that the program connects as; asked once for a database.

    tables: those with tenants, by their names in the database.
    """

    __slots__ = ("_tables", "is_done")

    def __init__(self, tables: Mapping[str, TableSchema]) -> None:
        self._tables = tables
        self.is_done = False

    def steps(self) -> Steps[None]:
        """Ask, unless the answer is known. Raises NeedsOperator (row-security-off, and
        table-not-found, as nothing is known of what is not there)."""
        if self.is_done:
            return
        rows = yield from ask(Statement(ROLE, ([*self._tables],)))
        refuse_role(rows, self._tables)
        lacking = sorted({*self._tables} - {name for name, *_ in rows})
        if lacking:
            raise NeedsOperator(
                "tables with tenants are not there, so that nothing says whose rows are shown",
                where=replace(_WHERE, table=", ".join(lacking)),
                code=ErrorCode.TABLE_NOT_FOUND,
                fix="call db.create_tables(), or set the search_path of the role",
            )
        self.is_done = True


def refuse_role(rows: Sequence[Sequence[Any]], tables: Mapping[str, TableSchema]) -> None:
    """Raise NeedsOperator (row-security-off) if what `ROLE` returned shows rows of all tenants, or
    none. tables: as they are declared."""
    found = unbound(rows, tables)
    if found is not None:
        raise NeedsOperator(
            found.what,
            where=replace(_WHERE, table=found.tables),
            code=ErrorCode.ROW_SECURITY_OFF,
            fix=found.fix,
        )


def unbound(rows: Sequence[Sequence[Any]], tables: Mapping[str, TableSchema]) -> Unbound | None:
    """What `ROLE` returned, if tables do not show a tenant its own rows alone."""
    bare = [name for name, is_active, *_ in rows if not is_active]
    lacking = [name for name, *_, has_policy in rows if not has_policy]
    if bare and any(is_above for _, _, is_above, _ in rows):
        return Unbound(
            "the role of the program is a superuser or has BYPASSRLS, which no policy binds",
            "connect as a role that is neither: ALTER ROLE … NOSUPERUSER NOBYPASSRLS",
            ", ".join(bare),
        )
    if not bare and not lacking:
        return None
    what = "the tables show this role the rows of all tenants"
    if not bare:
        what = "the tables lack the policy that shows a tenant its own rows, or have another"
    wrong = sorted({*bare, *lacking})
    steps = (_mend(tables[name], lacks_policy=name in lacking) for name in wrong)
    fix = "; ".join(dict.fromkeys(chain.from_iterable(steps)))
    return Unbound(what, f"as the owner of the tables, run: {fix}", ", ".join(wrong))


def _mend(table: TableSchema, *, lacks_policy: bool) -> Iterator[str]:
    """The SQL that secures a table, each statement in one line."""
    enable, force, policy = (statement.sql for statement in row_security(table))
    yield from (enable, force)

    if lacks_policy:
        yield f"DROP POLICY IF EXISTS {quote(POLICY)} ON {quote(table.name)}"
        yield policy


def tenant_values(
    tenant: object, tables: Mapping[str, TableDescription]
) -> tuple[str, Mapping[str, str]]:
    """The tenant as a setting, and as the plain value of each table that has tenants.

    Raises InvalidCall (wrong-type, invalid-value, invalid-option).
    """
    if not isinstance(tenant, str | UUID):
        raise _refused(f"{kind_of_value(tenant)} is no tenant", ErrorCode.WRONG_TYPE)
    text = str(tenant)
    if not text or "\0" in text or not is_text(text):
        raise _refused("the tenant is empty, or no text that PostgreSQL can hold")
    found = {table.name: _plain(text, table.tenant) for table in tables.values() if table.tenant}
    if not found:
        raise InvalidCall(
            "no table of the layer says whose its rows are",
            code=ErrorCode.INVALID_OPTION,
            where=_WHERE,
            fix='declare it: Table(…, relational=Relational(tenant="tenant_id"))',
        )
    return text, found


def _plain(tenant: str, attribute: Attribute) -> str:
    if not isinstance(attribute.shape, Scalar) or attribute.shape.leaf is not Leaf.UUID:
        return tenant
    try:
        return str(UUID(tenant))
    except ValueError:
        pass
    raise _refused("the tenant is no UUID, as its tables have it")


def _refused(what: str, code: ErrorCode = ErrorCode.INVALID_VALUE) -> InvalidCall:
    fix = 'call it as db.tenant("acme"), with the value that the rows have'
    return InvalidCall(what, code=code, where=replace(_WHERE, note="tenant()"), fix=fix)
