"""Whether row-level security acts: a tenant sees and writes its own rows, and nobody sees all."""

from __future__ import annotations

from ....model.description.tables import TableDescription
from ....schema.facts import Difference, Unknown, Value
from ..payload import Statement, Steps
from ..relational.row_security import SETTING
from ..values.names import column_name, literal, quote
from .attempts import OTHER_TENANT, attempt
from .constraints import finding
from .rows import RowMaker

_OWN, _OTHER = 1, 2
_BYPASSES = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def security_findings(table: TableDescription, rows: RowMaker) -> Steps[list[Difference]]:
    """What the policies of one copy do; nothing for a table without tenants."""
    if table.tenant is None:
        return []
    column = column_name(table.tenant.attribute)
    [(bypasses,)] = yield Statement(_BYPASSES)
    promised = {
        "others": "a tenant does not see the rows of another",
        "writes": "a tenant writes no row of another",
        "nobody": "without a tenant nothing is read",
    }
    if bypasses:
        why = Unknown("the role is a superuser, or passes by row security: verify as another")
        return [finding("row_security", name, one, why) for name, one in promised.items()]
    secured = rows.live.security
    own, other = (_set(rows, column, number) for number in (_OWN, _OTHER))
    count = f"SELECT count(*) FROM {quote(rows.live.name)}"
    mine = yield from attempt(*secured, own, rows.insert(_OWN), count)
    theirs = yield from attempt(*secured, own, rows.insert(_OWN), other, count)
    written = yield from attempt(*secured, other, rows.insert(_OWN))
    nobody = f"SELECT set_config({literal(SETTING)}, '', true)"
    unset = yield from attempt(*secured, own, rows.insert(_OWN), nobody, count)
    seen: dict[str, Value] = {
        "others": promised["others"]
        if not theirs.state and theirs.rows[0][0] == 0 and mine.rows[0][0] == 1
        else "a tenant sees the rows of another",
        "writes": promised["writes"]
        if written.state == OTHER_TENANT
        else "a tenant writes rows of another",
        "nobody": promised["nobody"] if unset.state else "without a tenant all is read",
    }
    if mine.state:
        why = Unknown(f"the tenant's own row is {mine.text}")
        seen = dict.fromkeys(promised, why)
    return [finding("row_security", name, one, seen[name]) for name, one in promised.items()]


def _set(rows: RowMaker, column: str, number: int) -> str:
    return f"SELECT set_config({literal(SETTING)}, {rows.value(column, number)}::text, true)"
