"""Python names for tables and attributes, whatever they are called in the database."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping

from ...model.declarations.base import Model
from ...model.declarations.names import RULES, NamingRule

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_IMPORTED = (
    "Annotated",
    "Any",
    "Decimal",
    "DynamoDB",
    "ExpiresAt",
    "Index",
    "Layer",
    "Model",
    "Table",
)
_TYPES = ("bool", "bytes", "dict", "float", "int", "list", "set", "str")
_TAKEN = frozenset((*_IMPORTED, *_TYPES, "stored_as", "layer"))
"""The names that the module itself uses."""

_NO_SINGULAR = ("ss", "us", "is")


def words(name: str) -> list[str]:
    """The words in a name, in lower case: `controlKey`, `control-key` and `ControlKey` have two."""
    return [word.lower() for word in _WORDS.findall(name)]


def variable(name: str) -> str:
    """A Python variable: `ControlMappings` becomes `control_mappings`."""
    made = "_".join(words(name)) or "unnamed"
    if made[0].isdigit():
        made = f"n{made}"
    return f"{made}_" if keyword.iskeyword(made) or made in _TAKEN else made


def model_name(table: str) -> str:
    """The class of a table's items: `ControlMappings` holds instances of `ControlMapping`."""
    *first, last = words(table) or ["unnamed"]
    pascal = "".join(word.capitalize() for word in (*first, *_singular(last)))
    if pascal[0].isdigit():
        return f"N{pascal}"
    return f"{pascal}Item" if pascal in _TAKEN or keyword.iskeyword(pascal) else pascal


def field_names(attributes: Iterable[str]) -> dict[str, str]:
    """A field for each attribute, all different, none that a model already has."""
    fields: dict[str, str] = {}
    for attribute in attributes:
        field = variable(attribute)
        while field in fields.values() or hasattr(Model, field):
            field += "_"
        fields[attribute] = field
    return fields


def naming_rule(fields: Mapping[str, str]) -> NamingRule | None:
    """The rule that gives most fields their attribute's name, unless it is that of all models."""
    agreeing: dict[NamingRule, int] = {
        rule: sum(RULES[rule](field) == attribute for attribute, field in fields.items())
        for rule in ("as_written", "camelCase", "PascalCase", "kebab-case", "UPPER_CASE")
    }
    best = max(agreeing, key=lambda rule: agreeing[rule])
    return None if best == "as_written" else best


def unique(names: Iterable[str]) -> list[str]:
    """The same names; repeated ones get a number."""
    made: list[str] = []
    for name in names:
        again, number = name, 2
        while again in made:
            again, number = f"{name}{number}", number + 1
        made.append(again)
    return made


def _singular(word: str) -> tuple[str, ...]:
    if word.endswith("ies") and len(word) > 4:
        return (f"{word[:-3]}y",)
    if word.endswith("s") and not word.endswith(_NO_SINGULAR) and len(word) > 2:
        return (word[:-1],)
    return word, "item"
