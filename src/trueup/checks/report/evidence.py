"""Evidence: results of tests, and the calls that they made, from files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from ..._dataclass import dataclass
from ...errors import ConfigurationError, Place
from ...lifecycle.files import read_regular

_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Results:
    """How many tests passed, of all that ran or were skipped."""

    passed: int
    all: int


@dataclass(frozen=True, slots=True)
class Call:
    """A kind of call that succeeded. index: empty for the table itself."""

    operation: str
    table: str
    index: str


def read_results(paths: Sequence[Path]) -> Results:
    """The results in files of JUnit's form, as `pytest --junitxml` writes them.

    Raises ConfigurationError for a file that is none.
    """
    passed = counted = 0
    for path in paths:
        for case in _cases(path):
            counted += 1
            passed += not any(case.find(kind) is not None for kind in _NOT_PASSED)
    return Results(passed, counted)


_NOT_PASSED = ("failure", "error", "skipped")


def _cases(path: Path) -> Iterator[ElementTree.Element]:
    text = _text(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:  # nothing that JUnit writes, and may be a bomb
        raise _refused(path, "it declares entities, which results of tests do not")
    try:
        yield from ElementTree.fromstring(text).iter("testcase")
    except ElementTree.ParseError as error:
        raise _refused(path, f"it is no XML: {error}") from error


def read_calls(paths: Sequence[Path]) -> frozenset[Call]:
    """The calls in files of `trueup.testing.calls.CallLog`. Raises ConfigurationError."""
    return frozenset(call for path in paths for call in _calls(path))


def _calls(path: Path) -> Iterator[Call]:
    for number, line in enumerate(_text(path).splitlines(), start=1):
        try:
            found = json.loads(line)
            operation, tables, index = found["operation"], found["table"], found["index"]
            yield from (Call(operation, table, index) for table in tables.split(","))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise _refused(path, f"line {number} is no call") from error


def _text(path: Path) -> str:
    try:
        return read_regular(path, _MOST_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(path, "it cannot be read") from error


def _refused(path: Path, what: str) -> ConfigurationError:
    return ConfigurationError(
        f"the file cannot be used: {what}",
        where=Place(note=str(path)),
        fix="give what pytest --junitxml writes as --tests, and a CallLog's file as --calls",
    )
