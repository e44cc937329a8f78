"""Tenants: requests whose transactions show one tenant's rows only, and who may ask for that.

The tenant is set for a transaction, never for a connection, so that nothing of it is left when
another uses the connection next, also behind a pooler.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from ..._kinds import kind_of_value
from ...errors import ErrorCode, InvalidCall, NeedsOperator, Place
from ...expressions.values import is_text
from ...model.description.tables import Attribute, TableDescription
from ...model.translation.shapes import Leaf, Scalar
from .payload import Statement, Steps, ask
from .relational.row_security import SETTING

_WHERE = Place("postgres")
SET_TENANT = f"SELECT set_config('{SETTING}', $1, true)"

ROLE = """SELECT c.relname, row_security_active(c.oid), r.rolsuper OR r.rolbypassrls
FROM pg_class c JOIN pg_roles r ON r.rolname = current_user
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
AND c.relkind IN ('r', 'p') AND c.relname = ANY ($1::text[]) ORDER BY c.relname"""
"""Tables, whether the role sees of them what their policies show, and whether it is above all
policies. The owner is, too, unless row-level security is forced.

Source: https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-INFO-ACCESS-TABLE
"""


NO_ROLE = {
    True: (
        "the role of the program is a superuser or has BYPASSRLS, which no policy binds",
        "connect as a role that is neither: ALTER ROLE … NOSUPERUSER NOBYPASSRLS",
    ),
    False: (
        "the tables show this role the rows of all tenants",
        "enable and force it: ALTER TABLE … ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    ),
}
"""What is wrong with a role, by whether it is above all policies, and how to mend it."""


class RoleCheck:
    """Whether policies bind the role that the program connects as; asked once for a database.

    tables: the names in the database of those with tenants.
    """

    __slots__ = ("_tables", "is_done")

    def __init__(self, tables: Sequence[str]) -> None:
        self._tables = list(tables)
        self.is_done = False

    def steps(self) -> Steps[None]:
        """Ask, unless the answer is known. Raises NeedsOperator (row-security-off)."""
        if self.is_done:
            return
        rows = yield from ask(Statement(ROLE, (self._tables,)))
        refuse_role(rows)
        self.is_done = len(rows) == len(self._tables)


def refuse_role(rows: Sequence[Sequence[Any]]) -> None:
    """Raise NeedsOperator (row-security-off) if what `ROLE` returned shows rows of all tenants."""
    bare = [name for name, is_active, _ in rows if not is_active]
    if not bare:
        return
    what, fix = NO_ROLE[any(is_above for _, _, is_above in rows)]
    raise NeedsOperator(
        what,
        where=replace(_WHERE, table=", ".join(bare)),
        code=ErrorCode.ROW_SECURITY_OFF,
        fix=fix,
    )


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
