"""Components of a layer: how much of each is done, and how that is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from ..._dataclass import dataclass
from ...infra.agreement.resources import verify_resources
from ...infra.values import Stack
from ...model.declarations.access import Access
from ...model.declarations.layer import Layer
from ...schema.facts import Path, dotted
from ...schema.verify import Finding
from ...templates.template import Template
from .evidence import Call, Results

_ALARM = "AWS::CloudWatch::Alarm"
_SAFE_TO_REPEAT = {"create", "put", "put_many", "delete", "delete_many", "check"}
_BATCHES = {"get_many", "put_many", "put_many_iter", "delete_many", "delete_many_iter", "batch"}


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a layer. done, of: counted things; of is 0 if there is nothing to do.

    counted: what is counted. missing: the things that are not done, by name. unknown: why it cannot
    be counted, with the option that gives what lacks; empty if it is.
    """

    name: str
    counted: str
    done: int = 0
    of: int = 0
    missing: tuple[str, ...] = ()
    unknown: str = ""

    @property
    def percent(self) -> int | None:
        """The share, rounded down, so that 100 is all; None if unknown, or if nothing is to do."""
        return None if self.unknown or not self.of else 100 * self.done // self.of


@dataclass(frozen=True, slots=True)
class Known:
    """What a report is counted from. findings: of templates; None without one, and so on.

    names: logical to physical names of tables. ttl_page: whether the page of what expires is there,
    and current.
    """

    layer: Layer
    names: Mapping[str, str]
    stack: Stack
    findings: list[Finding] | None
    templates: tuple[Template, ...]
    tests: Results | None
    calls: frozenset[Call] | None
    ttl_page: bool


def components(known: Known) -> list[Component]:
    """Every component, in the order of the report."""
    return [
        _of_tables(
            known, "Table schemas", "tables whose keys and indexes are deployed", _is_schema
        ),
        _of_facts(
            known, "Infrastructure", "other facts of tables that are as declared", _is_setting
        ),
        _data_access(known),
        _batches(known),
        _idempotency(known),
        _tests(known),
        _of_tables(known, "Recovery", "tables with recovery at any point in time", _is_recovery),
        _of_tables(
            known, "Streams", "tables whose stream is deployed", _is_stream, _streamed(known)
        ),
        _alarms(known),
        _expiry_page(known),
    ]


def overall(found: Iterable[Component]) -> int | None:
    """The mean of all components that are known, rounded down; None if none is."""
    shares = [one.percent for one in found if one.percent is not None]
    return sum(shares) // len(shares) if shares else None


def _is_schema(path: Path) -> bool:
    if path[:1] == ("index",):
        return len(path) < 3 or path[2] in ("partition", "sort", "projection", "local")
    return path[:1] in ((), ("key",))


def _is_recovery(path: Path) -> bool:
    return path[:1] in ((), ("pitr",))


def _is_stream(path: Path) -> bool:
    return path[:1] in ((), ("stream",))


def _is_setting(path: Path) -> bool:
    others = (_is_schema(path), _is_recovery(path), _is_stream(path))
    return path == () or not any(others)


def _of_tables(
    known: Known,
    name: str,
    counted: str,
    concerns: Callable[[Path], bool],
    tables: Collection[str] | None = None,
) -> Component:
    """A component of tables. concerns: which facts have to agree. tables: logical names; all."""
    if known.findings is None:
        return Component(name, counted, unknown=_NO_TEMPLATE)
    wanted = known.names if tables is None else {one: known.names[one] for one in tables}
    wrong = {
        one.table
        for one in known.findings
        if concerns(one.difference.path) and one.verdict != "agrees"
    }
    missing = tuple(logical for logical, physical in wanted.items() if physical in wrong)
    return Component(name, counted, len(wanted) - len(missing), len(wanted), missing)


def _of_facts(known: Known, name: str, counted: str, concerns: Callable[[Path], bool]) -> Component:
    if known.findings is None:
        return Component(name, counted, unknown=_NO_TEMPLATE)
    found = [
        one
        for one in known.findings
        if concerns(one.difference.path) and one.table in known.names.values()
    ]
    missing = tuple(
        f"{one.table} {dotted(one.difference.path)}" for one in found if one.verdict != "agrees"
    )
    return Component(name, counted, len(found) - len(missing), len(found), missing)


_NO_TEMPLATE = "no template is given: --template"
_NO_TESTS = "no results of tests are given: --tests"
_NO_CALLS = "no calls of tests are given: --calls"


def _streamed(known: Known) -> list[str]:
    return [table.name for table in known.layer.tables if table.stream is not None]


def _data_access(known: Known) -> Component:
    counted = "access patterns whose table or index the tests ask"
    if known.calls is None:
        return Component("Data access", counted, unknown=_NO_CALLS)
    asked = {(call.table, call.index) for call in known.calls if _reads(call)}
    patterns = [(table, one) for table in known.layer.tables for one in table.patterns]
    missing = tuple(
        f"{table.name}.{one.name}"
        for table, one in patterns
        if (table.name, one.index or "") not in asked
    )
    return Component("Data access", counted, len(patterns) - len(missing), len(patterns), missing)


def _reads(call: Call) -> bool:
    return call.operation in ("get", "get_many", "query", "pattern", "count", "scan", "exists")


def _batches(known: Known) -> Component:
    counted = "tables of which the tests read or write many items at once"
    if known.calls is None:
        return Component("Batch operations", counted, unknown=_NO_CALLS)
    done = {call.table for call in known.calls if call.operation in _BATCHES}
    tables = [table.name for table in known.layer.tables]
    missing = tuple(one for one in tables if one not in done)
    return Component("Batch operations", counted, len(tables) - len(missing), len(tables), missing)


def _idempotency(known: Known) -> Component:
    counted = "functions that write whose declared writes can run twice with one effect"
    writers = [one for one in known.layer.functions if one.writes]
    if not writers:
        return Component("Idempotency", counted, unknown="no function that writes is declared")
    missing = tuple(one.name for one in writers if not all(map(_is_safe, one.writes)))
    return Component("Idempotency", counted, len(writers) - len(missing), len(writers), missing)


def _is_safe(access: Access) -> bool:
    return access.call in _SAFE_TO_REPEAT


def _tests(known: Known) -> Component:
    counted = "tests that passed, of all with a result"
    if known.tests is None:
        return Component("Tests", counted, unknown=_NO_TESTS)
    return Component("Tests", counted, known.tests.passed, known.tests.all)


def _alarms(known: Known) -> Component:
    counted = "alarms of the layer that are deployed as declared"
    if not known.templates:
        return Component("Alarms", counted, unknown=_NO_TEMPLATE)
    agreement = verify_resources(
        known.stack, known.templates, declared_at=known.layer.declared_at, is_whole=True
    )
    wanted = [
        str(one.properties["AlarmName"]) for one in known.stack.resources if one.type == _ALARM
    ]
    missing = tuple(one for one in wanted if ("alarm", one) in agreement.lacking)
    return Component("Alarms", counted, len(wanted) - len(missing), len(wanted), missing)


def _expiry_page(known: Known) -> Component:
    counted = "tables with an expiry that the page of what expires describes"
    expiring = [
        table.name
        for table in known.layer.tables
        if known.layer.describe(table).expires is not None
    ]
    done = len(expiring) if known.ttl_page else 0
    missing = () if known.ttl_page else tuple(expiring)
    return Component("TTL documentation", counted, done, len(expiring), missing)
