"""Row-level security: a tenant sees, changes and counts its own rows alone.

The policy compares with a function that fails if no tenant is set. The setting of a connection that
had one for a transaction is the empty text afterwards, which is none either.

Source: https://www.postgresql.org/docs/15/ddl-rowsecurity.html
"""

from __future__ import annotations

from collections.abc import Mapping

from ....model.declarations.relational import Relational
from ....schema.facts import Value
from ..errors import NO_TENANT
from ..names import literal, quote
from ..types import Form
from .constraints import Naming

SETTING = "trueup.tenant"
"""The setting that holds the tenant, until the end of a transaction."""

POLICY = "trueup_tenant"
TENANT_FUNCTIONS = ("trueup_no_tenant", "trueup_tenant")
"""The functions that the policy calls, in the order in which they are made."""

_REFUSE = f"""CREATE FUNCTION trueup_no_tenant() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'no tenant is set' USING ERRCODE = {literal(NO_TENANT)};
END
$body$"""

# Without a SET of its own, as its body is bound when it is made: it is then inlined, and costs a
# scan no call for each row.
_TENANT = f"""CREATE FUNCTION trueup_tenant() RETURNS text LANGUAGE sql STABLE
RETURN coalesce(nullif(current_setting({literal(SETTING)}, true), ''), trueup_no_tenant())"""

_IF_NEW = "DO $trueup$ BEGIN {}; EXCEPTION WHEN duplicate_function THEN NULL; END $trueup$"
"""All layers of a schema share the functions; who made them first owns them."""


def tenant_functions(settings: Relational) -> dict[str, str]:
    """The statements that create the functions that the policy calls, by name."""
    if not settings.tenant:
        return {}
    made = zip(TENANT_FUNCTIONS, (_REFUSE, _TENANT), strict=True)
    return {name: _IF_NEW.format(statement) for name, statement in made}


def row_security(settings: Relational, naming: Naming) -> Mapping[str, Value]:
    """The facts of a table with tenants. One predicate is for reads and writes of every kind, so
    that no row can be moved to another tenant."""
    if not settings.tenant:
        return {}
    column = naming.column[settings.tenant]
    cast = "::uuid" if column.form is Form.UUID else ""
    own = f"({quote(column.name)} = trueup_tenant(){cast})"
    policy = (
        f"CREATE POLICY {quote(POLICY)} ON {naming.quoted} FOR ALL TO PUBLIC "
        f"USING {own} WITH CHECK {own}"
    )
    return {"enabled": True, "forced": True, "policies": {POLICY: policy}}
