"""Privileges: given and taken one by one."""

from __future__ import annotations

from .....schema.changes import ChangePart
from .....schema.engine import DONE, Progress, Step
from ...payload import Statement, Steps
from ...relational.privileges import privilege_of
from ..declared_sql import Declares
from .refusals import tried
from .running import in_transaction


def of_privilege(change: ChangePart) -> Step:
    """The step that grants a privilege, or revokes it."""
    table, key, is_granted = change.schema.name, change.path[-1], change.after is True
    sql = privilege_of(key).sql(table, is_granted=is_granted)
    statement = Statement(sql, declares=Declares(table, f"the privilege {key}"))

    def work() -> Steps[Progress]:
        yield from tried([statement], table, f"the privilege {key}")
        return DONE

    verb = "grant" if is_granted else "revoke"
    return in_transaction(table, f"{verb} {key}", [statement], work=work)
