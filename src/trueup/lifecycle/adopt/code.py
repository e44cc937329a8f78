"""Live tables as source text: a module that declares them and their layer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..._dataclass import dataclass
from ...model.declarations.names import RULES
from ...model.declarations.scaling import TARGET_PERCENT, Scaling
from ...schema.facts import known
from ...schema.tables import IndexSchema, TableSchema
from .layout import Expression, Group, a_list, call, laid_out, literal, quoted
from .names import field_names, model_name, naming_rule, unique, variable

_TYPES = {"S": "str", "N": "Decimal", "B": "bytes"}
_OURS = (
    "DynamoDB",
    "ExpiresAt",
    "Index",
    "Layer",
    "Model",
    "Scaling",
    "Table",
    "Version",
    "stored_as",
)


@dataclass(frozen=True, slots=True)
class Adopted:
    """A live table, to be declared.

    name: its logical name. settings: keywords of `DynamoDB(...)`.
    types: by attribute, the type that sampled items show.
    left_out: by index, why it cannot be declared; notes: of the table, what is declared otherwise.
        All are texts that are safe in a comment.
    """

    schema: TableSchema
    name: str
    settings: Mapping[str, Any]
    types: Mapping[str, str]
    left_out: Mapping[str, str]
    notes: tuple[str, ...] = ()

    @property
    def indexes(self) -> list[IndexSchema]:
        """The indexes that can be declared."""
        return [one for name, one in self.schema.indexes.items() if name not in self.left_out]


def module_text(layer: str, target: str, tables: Sequence[Adopted], source: str) -> str:
    """A module that declares the tables and their layer. source: where they were found."""
    variables = unique(variable(table.name) for table in tables)
    models = unique(model_name(table.name) for table in tables)
    blocks = [
        f"{_model(table, model)}\n\n\n{_table(table, model, name)}"
        for table, model, name in zip(tables, models, variables, strict=True)
    ]
    options = {"target": literal(target), "tables": a_list(variables)}
    blocks.append(laid_out("layer = ", call("Layer", [literal(layer)], options)))
    body = "\n\n\n".join(blocks[:-1]) + f"\n\n{blocks[-1]}"
    told = quoted(f"The tables found in {source}.")
    return f'""{told}""\n\n{_imports(body)}\n\n\n{body.lstrip()}\n'


def _imports(body: str) -> str:
    words = set(re.findall(r"\w+", body))
    lines = ["from decimal import Decimal"] if "Decimal" in words else []
    if typing := sorted({"Annotated", "Any"} & words):
        lines.append(f"from typing import {', '.join(typing)}")
    used = ", ".join(name for name in _OURS if name in words)
    return "\n".join([*lines, *([""] if lines else []), f"from trueup import {used}"])


def _fields(table: Adopted) -> dict[str, str]:
    """The field of each attribute: keys first, then the expiry, then what samples show."""
    names = [key.name for key in table.schema.key]
    for index in table.indexes:
        names += [key.name for key in index.attributes]
        names += sorted(index.projection or ())
    names += [ttl] if (ttl := known(table.schema.ttl)) else []
    return field_names(dict.fromkeys([*names, *table.types]))


def _model(table: Adopted, model: str) -> str:
    fields = _fields(table)
    rule = naming_rule(fields)
    head = f"class {model}(Model{f', names={literal(rule)}' if rule else ''}):"
    stored = RULES[rule or "as_written"]
    # A field with a default cannot be followed by one without in a constructor that is checked.
    lines = sorted(_field_lines(table, fields, stored), key=lambda line: line.endswith(" = None"))
    return "\n".join([head, *lines])


def _field_lines(table: Adopted, fields: Mapping[str, str], stored: Any) -> Iterator[str]:
    for attribute, field in fields.items():
        text = _annotation(table, attribute)
        default = " = None" if text.endswith("| None") else ""
        if stored(field) != attribute:
            text = f"Annotated[{text}, stored_as({literal(attribute)})]"
        yield f"    {field}: {text}{default}"


def _annotation(table: Adopted, attribute: str) -> str:
    """The type of an attribute. Keys of the table are in each item, others may lack."""
    optional = "" if attribute in {key.name for key in table.schema.key} else " | None"
    if attribute == known(table.schema.ttl):
        return f"ExpiresAt{optional}"
    kinds = {key.name: _TYPES[key.kind] for key in table.schema.attributes}
    return table.types.get(attribute) or f"{kinds.get(attribute, 'Any')}{optional}"


def _table(table: Adopted, model: str, name: str) -> str:
    fields = _fields(table)
    schema = table.schema
    options: dict[str, Expression] = {"partition": literal(fields[schema.partition[0].name])}
    if schema.sort:
        options["sort"] = literal(fields[schema.sort[0].name])
    if table.indexes:
        options["indexes"] = a_list(_index(one, fields) for one in table.indexes)
    if ttl := known(schema.ttl):
        options["ttl"] = literal(fields[ttl])
    if stream := known(schema.stream):
        options["stream"] = literal(stream)
    if table.settings:
        settings = {option: _setting(value) for option, value in table.settings.items()}
        options["dynamodb"] = call("DynamoDB", [], settings)
    left_out = sorted(table.left_out.items())
    notes = [f"# {quoted(index)} is left out: {why}" for index, why in left_out]
    notes += [f"# {note}" for note in table.notes]
    made = call("Table", [literal(table.name), model], options)
    return "\n".join([*notes, laid_out(f"{name} = ", made)])


def _setting(value: Any) -> Expression:
    if not isinstance(value, Scaling):
        return literal(value)
    bounds = {"least": literal(value.least), "most": literal(value.most)}
    if value.target_percent != TARGET_PERCENT:
        bounds["target_percent"] = literal(value.target_percent)
    return call("Scaling", [], bounds)


def _index(index: IndexSchema, fields: Mapping[str, str]) -> Group:
    options = {"partition": _names(fields[key.name] for key in index.partition)}
    if index.sort:
        options["sort"] = _names(fields[key.name] for key in index.sort)
    if index.projection is not None:
        held = [fields[name] for name in sorted(index.projection)]
        options["projection"] = literal(held or "keys")
    if index.is_local:
        options["local"] = "True"
    return call("Index", [literal(index.name)], options)


def _names(fields: Iterable[str]) -> Expression:
    names = list(fields)
    return literal(names[0] if len(names) == 1 else names)
