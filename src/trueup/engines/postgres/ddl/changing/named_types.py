"""Domains, composite types and sequences, changed part by part as ALTER can.

Sources: https://www.postgresql.org/docs/15/sql-alterdomain.html
    https://www.postgresql.org/docs/15/sql-altertype.html
    https://www.postgresql.org/docs/15/sql-altersequence.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .....errors import ErrorCode, NeedsOperator, Place
from .....schema.changes import ChangePart
from .....schema.engine import DONE, Progress, Step
from .....schema.facts import Value
from .....schema.mentions import kind_and_name
from ...payload import Statement, Steps
from ...values.names import quote
from ..declared_sql import Declares
from ..objects import sequence_parts
from ..relational import part
from .refusals import tried
from .running import in_transaction

Facts = Mapping[str, Value]
_UNPROVED = "NOT VALID"


def of_named_type(change: ChangePart) -> Iterator[Step]:
    """The steps of a change of parts. Raises NeedsOperator for the type below a domain."""
    kind, name = kind_and_name(change.path[-1])
    before, after = change.before, change.after
    assert isinstance(before, Mapping)
    assert isinstance(after, Mapping)
    if kind == "sequence":
        whole = part(change.schema, "objects")[change.path[-1]]
        assert isinstance(whole, Mapping)
        yield _step(change, f"ALTER SEQUENCE {quote(name)} {' '.join(sequence_parts(whole))}")
    elif kind == "domain":
        yield from _of_domain(change, f"ALTER DOMAIN {quote(name)}", before, after)
    else:
        actions = ", ".join(_fields(before, after))
        yield _step(change, f"ALTER TYPE {quote(name)} {actions}")


def _of_domain(change: ChangePart, alter: str, before: Facts, after: Facts) -> Iterator[Step]:
    if "type" in after or "collation" in after:
        raise NeedsOperator(
            f"the type below a domain is not changed in place: {change}",
            where=Place("postgres", table=change.schema.name),
            code=ErrorCode.SCHEMA_MISMATCH,
            fix="declare a domain of another name, and change the type of the columns to it",
        )
    if "default" in after:
        default = after["default"]
        yield _step(change, f"{alter} " + (f"SET DEFAULT {default}" if default else "DROP DEFAULT"))
    if "required" in after:
        yield _step(change, f"{alter} {'SET' if after['required'] else 'DROP'} NOT NULL")
    for name in _added(after.get("others"), before.get("others")):
        yield _step(change, f"{alter} DROP CONSTRAINT {quote(name)}")
    old, new = _mapping(before.get("checks")), _mapping(after.get("checks"))
    for name, check in new.items():
        if old.get(name) != check:
            yield from _check(change, alter, name, old.get(name), str(check))


def _check(change: ChangePart, alter: str, name: str, before: Value, check: str) -> Iterator[Step]:
    """A condition holds for new values first; that all values keep it is seen apart from that."""
    quoted = quote(name)
    if before != f"{check} {_UNPROVED}":
        dropped = [] if before is None else [f"{alter} DROP CONSTRAINT {quoted}"]
        yield _step(change, *dropped, f"{alter} ADD CONSTRAINT {quoted} {check} {_UNPROVED}")
    yield _step(change, f"{alter} VALIDATE CONSTRAINT {quoted}")


def _fields(before: Facts, after: Facts) -> Iterator[str]:
    old, new = _mapping(before.get("fields")), _mapping(after.get("fields"))
    for name in _added(after.get("others"), before.get("others")):
        yield f"DROP ATTRIBUTE {quote(name)}"
    for name, type_ in new.items():
        if name not in old or old[name] is None:
            yield f"ADD ATTRIBUTE {quote(name)} {type_}"
        elif old[name] != type_:
            yield f"ALTER ATTRIBUTE {quote(name)} TYPE {type_}"


def _added(declared: Value, live: Value) -> list[str]:
    known = declared if isinstance(declared, list) else []
    return [str(one) for one in live if one not in known] if isinstance(live, list) else []


def _mapping(value: Value) -> Facts:
    return value if isinstance(value, Mapping) else {}


def _step(change: ChangePart, *sqls: str) -> Step:
    table, name = change.schema.name, change.path[-1]
    declares = Declares(table, f"the object {name!r}", reads_rows=True)
    statements = [Statement(sql, declares=declares) for sql in sqls]

    def work() -> Steps[Progress]:
        yield from tried(statements, table, f"the {name}")
        return DONE

    return in_transaction(table, f"change the {name}", statements, work=work)
