"""Rows of data files as models: JSON (a list), JSON lines, and CSV with a line of names.

Names are those of fields or stored names. In CSV an empty cell is an absent attribute, and texts
are read by the types of the fields.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .._dataclass import dataclass
from ..errors import ErrorCode, InvalidCall, NeedsOperator, Place
from ..model.declarations.base import Model
from ..model.description.tables import TableDescription
from ..model.translation.decode import shown_place
from ..model.translation.encode import field_codecs
from ..model.translation.refused_value import refused_value
from ..model.translation.text_forms import expected_form


@dataclass(frozen=True, slots=True)
class Row:
    """One item that is to be planted, or why it cannot be. source: `people.csv:3`, `item 2`."""

    source: str
    item: Model | None = None
    problem: str = ""


def rows_of_file(path: Path, table: TableDescription) -> Iterator[Row]:
    """The rows of a file, each with its line. A row that is no item hides no other.

    Raises:
        NeedsOperator: the file cannot be read. InvalidCall: it is no list of rows.
    """
    read: Callable[[Path], Iterator[tuple[str, Any]]] = {
        ".csv": _csv_rows,
        ".json": _json_rows,
        ".jsonl": _json_lines,
    }[path.suffix]
    try:
        for source, values in read(path):
            yield _row(source, values, table, is_text=path.suffix == ".csv")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise NeedsOperator(
            f"the seed file cannot be read: {reason}",
            code=ErrorCode.CANNOT_OPEN,
            where=Place(note=f"file {path}"),
            fix="check its path, and that this user may read it",
        ) from None  # a decoder's error holds the text


def _csv_rows(path: Path) -> Iterator[tuple[str, Any]]:
    for _ in _csv_cells(path):  # a quote that is not closed hides rows: none is planted then
        pass
    for line, cells in _csv_cells(path):
        too_long = None in cells
        row = None if too_long else {n: text for n, text in cells.items() if text}
        yield f"{path.name}:{line}", row


def _csv_cells(path: Path) -> Iterator[tuple[int, Mapping[str | None, Any]]]:
    """The cells of each row by the names of their columns, with its line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        try:
            names = reader.fieldnames or ()
            if twice := [name for name in names if names.count(name) > 1]:
                raise _no_list(path, f"the column {twice[0]!r} is there twice", 1)
            for cells in reader:
                yield reader.line_num, cells
        except csv.Error as error:
            begins = reader.line_num + 1  # after the last row that is whole
            raise _no_list(path, f"{error}, in the row that begins here", begins) from None


def _json_rows(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        rows = _parsed(path.read_text(encoding="utf-8"))
    except _NoJson as error:
        raise _no_list(path, str(error), error.line) from None
    if not isinstance(rows, list):
        raise _no_list(path, "it is no list", 1)
    yield from ((f"{path.name}[{position}]", row) for position, row in enumerate(rows))


def _no_list(path: Path, what: str, line: int) -> InvalidCall:
    is_csv = path.suffix == ".csv"
    return InvalidCall(
        f"the seed file is no list of items: {what}",
        where=Place(note=f"file {path}" + (f", line {line}" if line else "")),
        fix="correct the quotes and the columns; a cell is at most "
        f"{csv.field_size_limit():,} characters long"
        if is_csv
        else "write it as [{…}, {…}], or one item a line in a file that ends in .jsonl",
    )


def _json_lines(path: Path) -> Iterator[tuple[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield f"{path.name}:{number}", _line(line)


def _line(line: str) -> Any:
    try:
        return _parsed(line)
    except _NoJson as error:
        return error


class _NoJson(Exception):
    """A text that is no JSON of an item. line: 0 if it is not known."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what)
        self.line = line


def _parsed(text: str) -> Any:
    """The value of a JSON text. Raises _NoJson also for what JSON allows, and no item holds."""
    try:
        return json.loads(
            text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        raise _NoJson(error.msg, error.lineno) from None
    except RecursionError:
        raise _NoJson("its lists and objects nest too deep") from None
    except ValueError:  # of int(), which reads no more than some thousands of digits
        raise _NoJson("a number has too many digits") from None


def _no_number(name: str) -> Any:
    raise _NoJson(f"{name} is no number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, each of whose names is there once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _NoJson(f"{next(n for n in names if names.count(n) > 1)!r} is there twice")
    return found


def _row(source: str, values: Any, table: TableDescription, *, is_text: bool) -> Row:
    if isinstance(values, _NoJson):
        return Row(source, problem=f"it is no item: {values}")
    if not isinstance(values, Mapping):
        return Row(source, problem="it is no object of names and values")
    model, values = _model(values, table)
    if model is None:
        return Row(source, problem=f"its {_named(table)} is none of {', '.join(table.models)}")
    try:
        read = model.model_validate_strings if is_text else model.model_validate
        item = read(values)
    except ValidationError as error:
        steps = error.errors(include_url=False, include_input=False)[0]["loc"]
        name = shown_place(model, steps) or model.__name__
        return Row(source, problem=refused_value(error, name, Place()).what)
    problem = next(_other_forms(item, values), "")
    return Row(source, problem=problem) if problem else Row(source, item)


def _other_forms(item: Model, values: Mapping[str, Any]) -> Iterator[str]:
    """The problems of texts and numbers that were taken for instants, say, in another form."""
    for codec in field_codecs(type(item)):
        given = values.get(codec.name, values.get(codec.attribute))
        if isinstance(given, bool) or not isinstance(given, str | int | Decimal):
            continue
        form = expected_form(getattr(item, codec.name), str(given), codec.annotated)
        if form:
            yield f"a value for {codec.name!r} does not fit: write it as {form}"


def _model(
    values: Mapping[str, Any], table: TableDescription
) -> tuple[type[Model] | None, Mapping[str, Any]]:
    """The model of a row, and its values without the name of its entity."""
    if not table.has_entities:
        return table.model, values
    rest = dict(values)
    kind = rest.pop(_named(table), "")
    return table.models.get(kind) if isinstance(kind, str) else None, rest


def _named(table: TableDescription) -> str:
    """What names the entity of a row, also where stored items carry no name."""
    return table.discriminator or "entity"
