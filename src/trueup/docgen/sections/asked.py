"""The access patterns of a table: how each is asked, and the request that answers it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..._dataclass import dataclass
from ...expressions.condition import Condition
from ...model.declarations.patterns import AccessPattern, Example
from ...operations.operation import Request
from ...repository.options import QueryOptions
from ..documented import DocumentedTable
from ..text.conditions import condition_source
from ..text.layout import Text
from ..text.markdown import Section, code, codes, fenced, plain, sentence, sentences
from ..text.python_source import Source, Unwritable, source_of
from .code_blocks import call_text
from .shown import shown_in_brief, shown_request


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its values. source: the call that asks it; empty if it has none.
    request: as the page shows it."""

    description: str
    source: Source
    request: str


def asked_of(documented: DocumentedTable, pattern: AccessPattern) -> list[Asked]:
    """The declared examples of a pattern, else one that the example item answers."""
    examples = pattern.examples or (_made_up(documented, pattern),)
    return [_asked(documented, pattern, example) for example in examples]


def _made_up(documented: DocumentedTable, pattern: AccessPattern) -> Example:
    item = documented.example
    for name in given_fields(documented, pattern):
        if name not in type(item).model_fields:
            item = documented.example_with(name)
    return Example(tuple(getattr(item, name) for name in given_fields(documented, pattern)))


def given_fields(documented: DocumentedTable, pattern: AccessPattern) -> tuple[str, ...]:
    """The fields that a pattern is asked by."""
    index = documented.table.index(pattern.index)
    keys = index.partition if index else (documented.table.partition,)
    return pattern.given or tuple(key.name for key in keys)


def _asked(documented: DocumentedTable, pattern: AccessPattern, example: Example) -> Asked:
    options = QueryOptions()
    if example.sort is not None:
        options["sort"] = example.sort
    if example.limit is not None:
        options["limit"] = example.limit
    request = documented.requests.pattern(pattern.name, *example.values, **options)
    return Asked(example.description, _call(pattern, example), _shown(documented, request))


def _shown(documented: DocumentedTable, request: Request[Any]) -> str:
    """A request; of a table of columns, whose list is long, without the list."""
    return shown_in_brief(request) if documented.table.relational else shown_request(request)


def _call(pattern: AccessPattern, example: Example) -> Source:
    """`repository.pattern("name", value, sort=...)`; empty if a value has no source."""
    try:
        given = [("", source_of(pattern.name)), *(("", source_of(one)) for one in example.values)]
        if isinstance(example.sort, Condition):
            given.append(("sort", condition_source(example.sort)))
    except Unwritable:
        return Source("")
    if example.limit is not None:
        given.append(("limit", source_of(example.limit)))
    arguments: list[tuple[str, Text]] = [(name, source.text) for name, source in given]
    names = frozenset(name for _, source in given for name in source.names)
    return Source(call_text("repository.pattern", arguments), names)


def pattern_section(
    documented: DocumentedTable, pattern: AccessPattern, questions: list[Asked]
) -> Section:
    """One access pattern."""
    blocks = [sentence(pattern.description), _facts(documented, pattern)]
    for question in questions:
        blocks += asked_blocks(question)
    return Section(plain(pattern.name), tuple(blocks))


def asked_blocks(question: Asked) -> Iterator[str]:
    """The description of a question, its call, and its request."""
    yield sentence(question.description)
    if question.source.text:
        yield fenced("python", str(question.source.text))
    yield question.request


def _facts(documented: DocumentedTable, pattern: AccessPattern) -> str:
    index = documented.table.index(pattern.index)
    by = codes(given_fields(documented, pattern))
    answered = f"answered by {code(index.name)}" if index else "answered by the table's key"
    order = f"in {pattern.order} order of {code(pattern.sorted_by)}" if pattern.sorted_by else ""
    facts = ", ".join(filter(None, (f"Asked by {by}", answered, order)))
    shards = (
        f"One request for each of the {index.shards} shards; this is the first."
        if index and index.shard
        else ""
    )
    return sentences(f"{facts}.", shards)


def asked_by_key(documented: DocumentedTable) -> Asked:
    """The read of the example item by its key."""
    key = [getattr(documented.example, one.name) for one in documented.table.key]
    request = _shown(documented, documented.requests.get(*key))
    try:
        values = [source_of(value) for value in key]
    except Unwritable:
        return Asked("", Source(""), request)
    names = frozenset(name for value in values for name in value.names)
    text = call_text("repository.get", [("", value.text) for value in values])
    return Asked("", Source(text, names), request)
