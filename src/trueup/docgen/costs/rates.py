"""Rates: how often each question is asked and each call made, as a team expects or measures it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ..._kinds import misspelt
from ...errors import ConfigurationError, Place
from ...lifecycle.files import read_regular
from ...model.declarations.access import READS, WRITES
from ...model.declarations.layer import Layer
from .prices import Prices

T = TypeVar("T")

Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class QuestionRate(BaseModel):
    """per_second: on average. items: that one answer reads, filtered ones too."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_second: Rate = 0
    items: Annotated[int, Field(ge=0)] | None = None


class TableRates(BaseModel):
    """Of a table. items: that it holds. item_bytes: their average size, in place of the estimate.

    patterns: of access patterns. calls: how often a second, by the repository's method.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: Annotated[int, Field(ge=0)] = 0
    item_bytes: Annotated[int, Field(ge=1)] | None = None
    patterns: Mapping[str, QuestionRate] = Field(default_factory=dict)
    calls: Mapping[str, Rate] = Field(default_factory=dict)


Rates = Mapping[str, TableRates]
"""By the names of tables, as they are declared."""

_RATES: TypeAdapter[Rates] = TypeAdapter(Rates)
_PRICES = TypeAdapter(Prices)
CALLS = tuple(call for call in (*READS, *WRITES) if call not in ("pattern", "query", "scan"))


def read_rates(path: Path, layer: Layer) -> Rates:
    """The rates of a TOML file. Raises ConfigurationError with every problem, each with its key."""
    rates = _read(path, _RATES)
    problems = list(_unknown_names(rates, layer))
    if problems:
        raise _refused(path, "it names what the layer does not have", problems)
    return rates


def read_prices(path: Path) -> Prices:
    """The prices of a TOML file. Raises ConfigurationError with every problem."""
    return _read(path, _PRICES)


def _unknown_names(rates: Rates, layer: Layer) -> list[str]:
    tables = {table.name: table for table in layer.tables}
    found: list[str] = []
    for name, of_table in rates.items():
        if name not in tables:
            found.append(f"{name}: there is no such table; {misspelt(name, tables, 'tables')}")
            continue
        known = [pattern.name for pattern in tables[name].patterns]
        found += [
            f"{name}.patterns.{one}: there is no such pattern; {misspelt(one, known, 'patterns')}"
            for one in of_table.patterns
            if one not in known
        ]
        found += [
            f"{name}.calls.{one}: there is no such call; {misspelt(one, CALLS, 'calls')}"
            for one in of_table.calls
            if one not in CALLS
        ]
    return found


def _read(path: Path, kind: TypeAdapter[T]) -> T:
    try:
        table = tomllib.loads(read_regular(path).decode("utf-8"))
    except OSError as error:
        raise _refused(path, f"it cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise _refused(path, "it is not TOML") from error
    try:
        return kind.validate_python(table)
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
            for one in error.errors(include_url=False, include_input=False)
        ]
    raise _refused(path, "it has wrong settings", problems)


def _refused(path: Path, what: str, problems: list[str] | None = None) -> ConfigurationError:
    return ConfigurationError(
        "\n  ".join([f"the file cannot be used: {what}", *(problems or ())]),
        where=Place(note=str(path)),
        fix="correct it; docs/guides/costs.md shows such files",
        problems=problems or [],
    )
