"""What is wrong in a configuration of Terraform, by an extract of the provider's schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_PROVIDER = json.loads(
    (Path(__file__).with_name("data") / "terraform_aws.json").read_text(encoding="utf-8")
)
_OWN: Mapping[str, Any] = {
    "terraform_data": {"arguments": {"input": "string"}, "attributes": ["input", "output"]}
}
"""Resources of Terraform itself.
Source: https://developer.hashicorp.com/terraform/language/resources/terraform-data"""
_META = {
    "depends_on": "list(string)",
    "lifecycle": {
        "block": {
            "create_before_destroy": "bool",
            "prevent_destroy": "bool",
            "ignore_changes": "list(string)",
        }
    },
}
_REFERENCE = re.compile(r"(?<![\w.])(data\.)?((?:aws|terraform)_\w+)\.(\w+)(?:\.(\w+))?|var\.(\w+)")
_PLACEHOLDER = re.compile(r"(?<!\$)\$\{[^}]*\}")


def problems(configuration: Mapping[str, Any]) -> list[str]:
    """Each argument that the provider does not have, has elsewhere, or has of another type; each
    that it needs; each reference to nothing."""
    found = []
    for section, kinds in (
        ("resource", {**_PROVIDER["resources"], **_OWN}),
        ("data", _PROVIDER["data"]),
    ):
        for kind, bodies in configuration.get(section, {}).items():
            for name, body in bodies.items():
                where = f"{kind}.{name}"
                if kind not in kinds:
                    found.append(f"{where}: no such kind")
                    continue
                found += _block(kinds[kind]["arguments"] | _META, body, where)
    return [*found, *_references(configuration)]


def _block(arguments: Mapping[str, Any], given: Any, where: str) -> Iterator[str]:
    if not isinstance(given, dict):
        yield f"{where}: a block is an object, not {given!r}"
        return
    for name, value in given.items():
        if name not in arguments:
            yield f"{where}.{name}: no such argument"
        else:
            yield from _argument(arguments[name], value, f"{where}.{name}")
    for name, argument in arguments.items():
        if isinstance(argument, dict) and argument.get("required") and name not in given:
            yield f"{where}.{name}: is missing"


def _argument(argument: Any, value: Any, where: str) -> Iterator[str]:
    if isinstance(argument, str):
        yield from _value(argument, value, where)
    elif "type" in argument:
        yield from _value(argument["type"], value, where)
    elif argument.get("repeated"):
        for one in value if isinstance(value, list) else [value]:
            yield from _block(argument["block"], one, where)
    else:
        for one in value if isinstance(value, list) and len(value) == 1 else [value]:
            yield from _block(argument["block"], one, where)


def _value(kind: str, value: Any, where: str) -> Iterator[str]:
    inner = kind.partition("(")[2][:-1]
    if inner:
        yield from _collection(inner, value, where, list if kind.startswith("list") else dict)
        return
    is_reference = isinstance(value, str) and _PLACEHOLDER.fullmatch(value)
    fits = {
        "string": isinstance(value, str),
        "number": isinstance(value, (int, float)) and not isinstance(value, bool),
        "bool": isinstance(value, bool),
    }[kind]
    if not fits and not is_reference:
        yield f"{where}: {value!r} is no {kind}"


def _collection(inner: str, value: Any, where: str, kind: type[Any]) -> Iterator[str]:
    if not isinstance(value, kind):
        yield f"{where}: {value!r} is no {'list' if kind is list else 'map'}({inner})"
        return
    for one in value.values() if isinstance(value, dict) else value:
        yield from _value(inner, one, where)


def _references(configuration: Mapping[str, Any]) -> Iterator[str]:
    """References to what is not there, or has no such attribute."""
    for text in _texts(configuration):
        for placeholder in _PLACEHOLDER.findall(text):
            for data, kind, name, attribute, variable in _REFERENCE.findall(placeholder):
                if variable:
                    if variable not in configuration.get("variable", {}):
                        yield f"{text}: no such variable"
                    continue
                section = "data" if data else "resource"
                if name not in configuration.get(section, {}).get(kind, {}):
                    yield f"{text}: no such resource"
                elif attribute not in _kind(section, kind)["attributes"]:
                    yield f"{text}: no such attribute"
    for bodies in configuration["resource"].values():
        for body in bodies.values():
            for address in body.get("depends_on", ()):
                kind, _, name = address.partition(".")
                if name not in configuration["resource"].get(kind, {}):
                    yield f"depends_on {address}: no such resource"


def _kind(section: str, kind: str) -> Mapping[str, Any]:
    kinds: Mapping[str, Mapping[str, Any]] = {
        **_OWN,
        **_PROVIDER["data" if section == "data" else "resources"],
    }
    return kinds[kind]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
