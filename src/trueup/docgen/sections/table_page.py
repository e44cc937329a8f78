"""The documentation of one table."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.declarations.base import Model
from ..documented import DocumentedLayer, DocumentedTable
from ..text.layout import json_text
from ..text.markdown import Section, code, codes, facts, fenced, plain, prose, sentence
from ..values.examples import EXAMPLE_NOW
from .asked import Asked, asked_blocks, asked_by_key, asked_of, pattern_section
from .attributes import attribute_table
from .code_blocks import setup_block
from .expiry import LATE_DELETION, expiry_blocks
from .keys import index_section, key_section
from .references import Target, references_section
from .relational import relational_sections
from .settings import name_in_database, settings_section


def table_section(layer: DocumentedLayer, documented: DocumentedTable, target: Target) -> Section:
    """Everything about a table. target: where the others are documented."""
    described = documented.table
    sections = [
        key_section(documented),
        Section("Attributes", (attribute_table(documented),)),
        index_section(documented),
        _examples(documented),
        _questions(layer, documented),
        _expiry(documented),
        references_section(layer, documented, target),
        *relational_sections(documented),
        settings_section(documented),
    ]
    return Section(
        plain(described.name),
        (sentence(described.description), *_purposes(documented), _facts(documented)),
        tuple(section for section in sections if section is not None),
    )


def _purposes(documented: DocumentedTable) -> Iterator[str]:
    """The docstrings of its models."""
    described = documented.table
    if not described.has_entities:
        yield prose(described.model.__doc__)
        return
    for model in (described.model, *described.models.values()):
        if model.__doc__:
            yield f"{code(model.__name__)}: {prose(model.__doc__)}"


def _facts(documented: DocumentedTable) -> str:
    described = documented.table
    models = codes(
        f"{model.__module__}.{model.__qualname__}" for model in described.models.values()
    )
    return facts(
        [("Name in the database", name_in_database(documented)), ("Items in Python", models)]
    )


def _examples(documented: DocumentedTable) -> Section:
    """The stored form of the examples."""
    blocks: list[str] = []
    for model, example in documented.examples.items():
        blocks += [
            *_named(documented, model),
            fenced("json", json_text(documented.stored(example))),
        ]
    title = "Example item" if len(documented.examples) == 1 else "Example items"
    return Section(title, (*blocks, *_json_notes(documented)))


def _named(documented: DocumentedTable, model: type[Model]) -> Iterator[str]:
    if documented.table.has_entities:
        yield f"{code(model.__name__)}:"


def _json_notes(documented: DocumentedTable) -> Iterator[str]:
    """What JSON cannot say of the values."""
    values = [
        value for one in documented.examples.values() for value in documented.stored(one).values()
    ]
    if any(isinstance(value, set | frozenset) for value in values):
        yield "Sets are shown as lists."
    if any(isinstance(value, bytes) for value in values):
        yield "Binary values are shown as base64."


def _questions(layer: DocumentedLayer, documented: DocumentedTable) -> Section:
    """One item by its key, then every access pattern."""
    by_key = asked_by_key(documented)
    asked = {
        pattern.name: asked_of(documented, pattern)
        for pattern in documented.table.patterns.values()
    }
    every: list[Asked] = [by_key, *(one for questions in asked.values() for one in questions)]
    setup = setup_block(layer, documented, [question.source for question in every])
    sections = [
        pattern_section(documented, pattern, asked[pattern.name])
        for pattern in documented.table.patterns.values()
    ]
    key = Section("One item by its key", tuple(asked_blocks(by_key)))
    return Section("Access patterns", (setup, _requests(documented)), (key, *sections))


def _requests(documented: DocumentedTable) -> str:
    """What the requests below are."""
    text = "Below each call is the request that it sends."
    if documented.table.relational:
        text += " `…` stands for the columns."
    if documented.table.expires is None or not documented.table.patterns:
        return text
    now = code(str(int(EXAMPLE_NOW.timestamp())))
    return (
        f"{text} Queries leave out what has expired: {now} in their filters is the present of "
        f"these examples, {EXAMPLE_NOW:%Y-%m-%dT%H:%M:%SZ}."
    )


def _expiry(documented: DocumentedTable) -> Section | None:
    attribute = documented.table.expires
    if attribute is None:
        return None
    return Section("Expiry", (*expiry_blocks(documented, attribute), LATE_DELETION))
