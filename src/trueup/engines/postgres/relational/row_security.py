"""Row-level security: a tenant sees, changes and counts its own rows alone.

The policy fails if no tenant is set. The setting of a connection that had one for a transaction is
the empty text afterwards, which is none either.

Source: https://www.postgresql.org/docs/15/ddl-rowsecurity.html
"""

from __future__ import annotations

from collections.abc import Mapping

from ....model.declarations.relational import Relational
from ....schema.facts import Value
from ..errors import NO_TENANT
from ..values.names import literal, quote
from ..values.types import Form
from .constraints import Naming

SETTING = "trueup.tenant"
"""The setting that holds the tenant, until the end of a transaction."""

POLICY = "trueup_tenant"

# Built-in functions alone: one of our own could be made before us, by a role that changes it later.
# There is no setting of the second name, and none can be made of it, so that reading it fails.
_TENANT = (
    f"coalesce(nullif(current_setting({literal(SETTING)}, true), ''), "
    f"current_setting({literal(NO_TENANT)}))"
)


def row_security(settings: Relational, naming: Naming) -> Mapping[str, Value]:
    """The facts of a table with tenants. One predicate is for reads and writes of every kind, so
    that no row can be moved to another tenant."""
    if not settings.tenant:
        return {}
    column = naming.column[settings.tenant]
    cast = "::uuid" if column.form is Form.UUID else ""
    own = f"({quote(column.name)} = ({_TENANT}){cast})"
    policy = (
        f"CREATE POLICY {quote(POLICY)} ON {naming.quoted} FOR ALL TO PUBLIC "
        f"USING {own} WITH CHECK {own}"
    )
    return {"enabled": True, "forced": True, "policies": {POLICY: policy}}
