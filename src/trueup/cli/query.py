"""trueup query: the items that answer a question, from one table or index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass as standard_dataclass
from typing import Annotated, Any

import typer
from rich.text import Text

from .._dataclass import dataclass
from .._kinds import misspelt
from ..configuration import load_stage
from ..configuration.stage import StagedLayer
from ..engines.open_tables import open_tables_to_read, unopened_layer
from ..errors import ErrorCode, InvalidCall, Place
from ..lifecycle.described import Described, describe_table
from ..lifecycle.queries import Found, ask, attribute_names, count, explain
from ..lifecycle.questions import Wanted
from ..lifecycle.untyped import cell_text, json_text
from ..model.declarations.table import Table
from ..model.description.tables import TableDescription
from .answers.describe import table_document, table_lines
from .answers.document import (
    CountDocument,
    QueryDocument,
    RequestsDocument,
    Unreadable,
    items_document,
)
from .answers.fields import Shown, read_fields
from .answers.requests import request_lines, shown_request
from .answers.text import items_text
from .exit_codes import ExitCode
from .options import Common
from .output import BAD, FAINT, Output
from .wording import counted

__all__ = ["QueryDocument", "run"]


# The standard decorator: see `options.py`.
@standard_dataclass(frozen=True)
class Asking:
    """The options that say what is asked for."""

    index: Annotated[str, typer.Option("--index", help="The index that answers.")] = ""
    pattern: Annotated[
        str, typer.Option("--pattern", help="A declared access pattern, with its index and order.")
    ] = ""
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Items, not all.")] = None
    reverse: Annotated[bool, typer.Option("--reverse", help="The other order.")] = False
    tenant: Annotated[
        str, typer.Option("--tenant", help="Whose rows, of a table that has tenants.")
    ] = ""
    expired: Annotated[bool, typer.Option("--expired", help="Show expired items, too.")] = False
    scan: Annotated[
        bool, typer.Option("--scan", help="Read the whole table or index, at its cost.")
    ] = False

    def wanted(self, conditions: Sequence[str]) -> Wanted:
        """What is asked for, with its conditions."""
        return Wanted(
            conditions,
            self.index,
            self.pattern,
            reverse=self.reverse,
            limit=self.limit,
            include_expired=self.expired,
            is_scan=self.scan,
        )


@standard_dataclass(frozen=True)
class Showing:
    """The options that say what is shown, and how."""

    fields: Annotated[
        str, typer.Option("--fields", help="What to show: a,b; or shown=field to rename.")
    ] = ""
    lines: Annotated[bool, typer.Option("--lines", help="One JSON object a line.")] = False
    count: Annotated[bool, typer.Option("--count", help="Only how many there are.")] = False
    describe: Annotated[
        bool, typer.Option("--describe", help="Show the table, declared and live.")
    ] = False
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the requests, and send none.")
    ] = False


def run(
    common: Common,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="The name of a table.")],
    asking: Asking,
    showing: Showing,
    conditions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CONDITION",
            help="field=value, !=, <, <=, >, >=, field^=prefix, field=low..high.",
        ),
    ] = None,
) -> ExitCode:
    """Show the items that answer a question, as they are stored.

    Conditions name the partition by equality, then may limit the sort key; the rest is a filter.
    An index is named, never chosen. Every page is read, unless there is a --limit. An item that
    the model cannot read hides no other: it is listed, and the command ends with 4.
    """
    _check_forms(showing, as_json=common.json)
    staged = load_stage(common.stage_options)
    asked = find_table(staged, table)
    wanted = asking.wanted(conditions or ())
    output = Output(common.json)
    if showing.explain:
        return _explain(output, staged, asked, wanted, asking.tenant)
    description = staged.layer.describe(asked)
    fields = read_fields(description, showing.fields)
    with open_tables_to_read(
        staged.stage.url, staged.layer, table_names=staged.table_names
    ) as tables:
        if showing.describe:
            described = describe_table(tables, asked, protect=staged.stage.protect)
            return _describe(output, description, described)
        own = tables.for_tenant(asking.tenant) if asking.tenant else tables
        if showing.count:
            return _count(output, asked, count(own, asked, wanted))
        answer = _Answer(description, ask(own, asked, wanted), [])
        return _print(output, answer, fields, as_lines=showing.lines)


def _check_forms(showing: Showing, *, as_json: bool) -> None:
    """Refuse two forms of one answer. Raises InvalidCall."""
    forms = {
        "--describe": showing.describe,
        "--explain": showing.explain,
        "--count": showing.count,
        "--lines": showing.lines,
        "--json": as_json and showing.lines,
    }
    given = [option for option, is_given in forms.items() if is_given]
    if len(given) > 1:
        raise InvalidCall(
            f"{' and '.join(given)} are different answers",
            code=ErrorCode.INVALID_OPTION,
            where=Place(note="trueup query"),
            fix="give one of them",
        )


def find_table(staged: StagedLayer, name: str) -> Table[Any]:
    """The table of a logical name, or of its name in the database.

    Raises InvalidCall if there is none.
    """
    tables = {one.name: one for one in staged.layer.tables}
    by_physical = {staged.table_names[one.name]: one for one in staged.layer.tables}
    found = tables.get(name) or by_physical.get(name)
    if found is not None:
        return found
    raise InvalidCall(
        f"there is no table {name!r}",
        code=ErrorCode.INVALID_OPTION,
        where=Place(note=f"layer {staged.layer.name}"),
        fix=misspelt(name, tables, "tables"),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found. unreadable: grows while the items are taken."""

    table: TableDescription
    found: Iterator[Found]
    unreadable: list[Unreadable]

    def items(self, shown: Sequence[Shown]) -> Iterator[Mapping[str, Any]]:
        """The readable items, or what of them is shown."""
        for one in self.found:
            if one.problem:
                key = {k.attribute: one.item.get(k.attribute) for k in self.table.key}
                self.unreadable.append(Unreadable(key=key, problem=one.problem))
            elif shown:
                yield {field.name: one.item.get(field.attribute) for field in shown}
            else:
                yield one.item


def _print(output: Output, answer: _Answer, shown: Sequence[Shown], *, as_lines: bool) -> ExitCode:
    items, taken = answer.items(shown), [0]
    names = [field.name for field in shown] or attribute_names(answer.table)
    counted = _counted(items, taken)
    if output.as_json:
        for line in items_document(answer.table.name, counted, answer.unreadable):
            output.part(line)
    elif as_lines:
        for item in counted:
            output.plain(json_text(item))
    else:
        for line in items_text(counted, names, output.width):
            output.plain(line)
        output.note(Text(_how_many(taken[0], len(answer.unreadable)), FAINT))
    for one in answer.unreadable:
        key = " ".join(f"{cell_text(name)}={cell_text(value)}" for name, value in one.key.items())
        output.marked("✗", BAD, f"{key}: {one.problem}", as_note=True)
    return ExitCode.PARTIAL if answer.unreadable else ExitCode.DONE


def _how_many(readable: int, unreadable: int) -> str:
    items = counted(readable, "item")
    return f"{items}, and {unreadable} that cannot be read" if unreadable else items


def _counted(items: Iterator[Any], taken: list[int]) -> Iterator[Any]:
    for item in items:
        taken[0] += 1
        yield item


def _count(output: Output, table: Table[Any], found: int) -> ExitCode:
    output.document(CountDocument(table=table.name, count=found))
    output.plain(str(found))
    return ExitCode.DONE


def _describe(output: Output, table: TableDescription, described: Described) -> ExitCode:
    document = table_document(table, described)
    output.document(document)
    for line in table_lines(document, described):
        if isinstance(line, str):
            output.plain(line)
        else:
            output.print(line)
    return ExitCode.ERROR if described.why else ExitCode.DONE


def _explain(
    output: Output, staged: StagedLayer, table: Table[Any], wanted: Wanted, tenant: str
) -> ExitCode:
    unopened = unopened_layer(staged.stage.url, staged.layer, table_names=staged.table_names)
    if tenant:
        unopened = unopened.for_tenant(tenant)
    requests = explain(unopened, table, wanted)
    description = staged.layer.describe(table)
    shown = [shown_request(description, one, wanted.index) for one in requests]
    output.document(RequestsDocument(table=table.name, requests=shown))
    for request in shown:
        for line in request_lines(request, output.width):
            output.plain(line)
    return ExitCode.DONE
