"""Doctor: what stands between a stage and its commands, each with how to mend it.

What an engine knows about its database comes from the checks beside its driver.
"""

from __future__ import annotations

import platform
import re
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from .._dataclass import dataclass
from ..engines.checks import (
    Examination,
    Finding,
    Verdict,
    bad,
    good,
    not_needed,
    refused,
)
from ..engines.connect import find_driver, physical_names
from ..engines.dynamodb.health.check import check_health
from ..engines.dynamodb.health.records import read_records
from ..errors import TrueupError
from ..model.declarations.layer import Layer
from ..model.description.tables import TableDescription

_PACKAGE = "trueup"
_REQUIREMENT = re.compile(r"([\w.-]+).*;.*extra == ['\"]([\w-]+)['\"]")


@dataclass(frozen=True, slots=True)
class Examined:
    """What is examined: a layer in a database; None if it could not be loaded.

    table_names: physical by logical.

    state_table: the physical name of the table where apply keeps its lock and its journal.
    principal: whose permissions are asked for; empty for those of the credentials in use.
    health: whether CloudWatch is asked how the tables do.
    """

    url: str
    layer: Layer | None
    table_names: Mapping[str, str]
    state_table: str = ""
    principal: str = ""
    health: bool = False


def examine(examined: Examined, clock: Callable[[], float] = time.time) -> Iterator[Finding]:
    """Every finding about a database, as soon as there is one. Nothing raises, nothing is changed,
    and each wait is bounded."""
    yield from check_installation(examined.url.partition(":")[0].lower())
    try:
        driver, address = find_driver(examined.url)
        tables = _tables(examined.layer, examined.table_names) if examined.layer else {}
        examination = Examination(
            tables, clock, examined.state_table, examined.principal, examined.health
        )
        yield from driver.checks(address, examination)
    except TrueupError as error:
        yield refused("database", error)


def examine_records(examined: Examined, records: Path) -> Iterator[Finding]:
    """The health of the tables, by recorded replies of AWS. Nothing is asked.

    Raises InvalidCall for a file that has none.
    """
    read = read_records(records)
    if examined.layer is None or examined.layer.target != "dynamodb":
        yield not_needed("health", "replies of AWS are about tables of DynamoDB")
        return
    yield from check_health(read, _tables(examined.layer, examined.table_names))


def _tables(layer: Layer, table_names: Mapping[str, str]) -> dict[str, TableDescription]:
    """The tables by their physical names."""
    names = physical_names(layer, table_names, {})
    return {names[table.name]: layer.describe(table) for table in layer.tables}


def exit_code(findings: list[Finding]) -> int:
    """0 if all is well, 2 if something is to be mended, 1 if something could not be checked."""
    verdicts = {finding.verdict for finding in findings}
    return 2 if Verdict.BAD in verdicts else 1 if Verdict.UNKNOWN in verdicts else 0


def check_installation(scheme: str) -> Iterator[Finding]:
    """The versions in use, and the extras: that of the engine has to be complete."""
    versions = f"Trueup {_version(_PACKAGE)}, pydantic {_version('pydantic')}"
    yield good("installation", f"Python {platform.python_version()}, {versions}")
    extras = _extras()
    missing = [name for name in extras.get(scheme, ()) if not _version(name)]
    if missing:
        yield bad(
            "extras",
            f"{scheme} needs {', '.join(missing)}, which are not installed",
            f"pip install 'trueup[{scheme}]'",
        )
        return
    complete = [name for name, needs in extras.items() if all(map(_version, needs))]
    yield good("extras", f"complete: {', '.join(sorted(complete)) or 'none'}")


def _extras() -> dict[str, list[str]]:
    """The distributions that each extra needs, without other extras."""
    found: dict[str, list[str]] = {}
    for requirement in metadata.requires(_PACKAGE) or ():
        parts = _REQUIREMENT.fullmatch(requirement)
        if parts is not None and parts[1] != _PACKAGE:
            found.setdefault(parts[2], []).append(parts[1])
    return found


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
