"""Functions of CloudFormation that give values.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...schema.facts import Unknown
from ..documents.nodes import Node
from ..template import Resolved, Unresolved, is_open
from .conditions import Resolve, truth_of
from .references import attribute_of, get_att, name_in, ref, referred, wrong
from .scope import Scope, failed, quoted, shown_scalar

Function = Callable[[Node, Node, Scope, Resolve], Resolved]
"""Of the call, its argument, the scope, and what resolves parts of it."""

MOST_CHARACTERS = 1_000_000
"""The longest text that a function makes: as long as a template may be."""

_PLACE = re.compile(r"\$\{(!?)([^}]*)\}")


def _sub(node: Node, argument: Node, scope: Scope, resolve: Resolve) -> Resolved:
    own: dict[str, Resolved] = {}
    text = argument
    if isinstance(argument.value, tuple):
        if len(argument.value) != 2 or not isinstance(argument.value[1].value, Mapping):
            raise wrong(node, "Fn::Sub takes a text, or a text and a mapping", scope)
        text = argument.value[0]
        own = {name: resolve(one, scope) for name, one in argument.value[1].value.items()}
    template = name_in(node, text, scope)
    if "{{resolve:" in template:
        return failed(node, "it is resolved at deployment")
    parts: list[str] = []
    end = 0
    for found in _PLACE.finditer(template):
        parts.append(template[end : found.start()])
        end = found.end()
        value = _placed(node, found, own, scope, resolve)
        if isinstance(value, Unresolved) and found[0] == template:
            return value
        if isinstance(value, Unresolved) or not isinstance(value, str | bool | int | float):
            return failed(node, value if isinstance(value, Unresolved) else "it has a list in it")
        parts.append(shown_scalar(value))
    return _made(node, [*parts, template[end:]], scope)


def _placed(
    node: Node, found: re.Match[str], own: Mapping[str, Resolved], scope: Scope, resolve: Resolve
) -> Resolved:
    """What stands in place of `${Name}`; `${!Name}` stands for `${Name}` itself."""
    if found[1]:
        return f"${{{found[2]}}}"
    name = found[2].strip()
    if name in own:
        return own[name]
    if "." in name:
        return attribute_of(quoted(node), *name.split(".", 1))
    return referred(node, name, scope, resolve)


def _join(node: Node, argument: Node, scope: Scope, resolve: Resolve) -> Resolved:
    delimiter, listed = _several(node, argument, scope, 2, 2)
    values = _listed(node, resolve(listed, scope))
    if isinstance(values, Unresolved):
        return values
    if not isinstance(delimiter.value, str):
        raise wrong(node, "Fn::Join takes a text and a list", scope)
    if any(isinstance(value, list | Mapping) for value in values):
        return failed(node, "it has a list in it")
    texts = [shown_scalar(value) for value in values]
    return _made(node, [delimiter.value.join(texts)], scope)


def _split(node: Node, argument: Node, scope: Scope, resolve: Resolve) -> Resolved:
    delimiter, source = _several(node, argument, scope, 2, 2)
    text = resolve(source, scope)
    if isinstance(text, Unresolved) or is_open(text):
        return failed(node, text if isinstance(text, Unresolved) else f"{text} is not given")
    if not isinstance(text, str) or not isinstance(delimiter.value, str) or not delimiter.value:
        raise wrong(node, "Fn::Split takes a delimiter and a text", scope)
    return text.split(delimiter.value)


def _select(node: Node, argument: Node, scope: Scope, resolve: Resolve) -> Resolved:
    position, listed = (resolve(part, scope) for part in _several(node, argument, scope, 2, 2))
    if isinstance(position, Unresolved) or is_open(position):
        return failed(node, position if isinstance(position, Unresolved) else f"{position}")
    if isinstance(listed, Unresolved) or not isinstance(listed, list):
        return failed(node, listed if isinstance(listed, Unresolved) else "it selects of no list")
    number = shown_scalar(position)
    if not re.fullmatch("[0-9]{1,6}", number) or int(number) >= len(listed):
        raise wrong(node, f"Fn::Select has no element {number} to take", scope)
    chosen: Resolved = listed[int(number)]
    return failed(node, chosen) if isinstance(chosen, Unresolved) else chosen


def _find_in_map(node: Node, argument: Node, scope: Scope, resolve: Resolve) -> Resolved:
    parts = _several(node, argument, scope, 3, 4)
    keys = [resolve(part, scope) for part in parts[:3]]
    for key in keys:
        if isinstance(key, Unresolved) or is_open(key):
            return failed(node, key if isinstance(key, Unresolved) else f"{key} is not given")
    found: Node | None = Node(scope.mappings, node.line)
    for key in keys:
        inner = found.value if found else None
        found = inner.get(shown_scalar(key)) if isinstance(inner, Mapping) else None
    if found is not None:
        return resolve(found, scope)
    default = parts[3].value if len(parts) == 4 else None
    if isinstance(default, Mapping) and "DefaultValue" in default:
        return resolve(default["DefaultValue"], scope)
    raise wrong(node, f"no mapping has {'.'.join(map(shown_scalar, keys))}", scope)


def _base64(node: Node, argument: Node, scope: Scope, resolve: Resolve) -> Resolved:
    text = resolve(argument, scope)
    if isinstance(text, Unresolved) or is_open(text):
        return failed(node, text if isinstance(text, Unresolved) else f"{text} is not given")
    encoded = base64.b64encode(shown_scalar(text).encode("utf-8", "surrogatepass"))
    return _made(node, [encoded.decode()], scope)


def _import_value(node: Node, argument: Node, scope: Scope, resolve: Resolve) -> Resolved:
    name = resolve(argument, scope)
    if isinstance(name, str) and name in scope.exports:
        return scope.exports[name]
    given = f"; give --parameter {name}=…" if isinstance(name, str) else ""
    return failed(node, f"another stack exports it{given}")


def _length(node: Node, argument: Node, scope: Scope, resolve: Resolve) -> Resolved:
    values = _listed(node, resolve(argument, scope), is_deep=False)
    return values if isinstance(values, Unresolved) else len(values)


def _to_json(node: Node, argument: Node, scope: Scope, resolve: Resolve) -> Resolved:
    value = resolve(argument, scope)
    doubt = first_unknown(value)
    if doubt is not None:
        return failed(node, doubt.cause if isinstance(doubt, Unresolved) else doubt.why)
    plain: Any = value
    return _made(node, [json.dumps(plain, separators=(",", ":"))], scope)


def _truth(node: Node, _argument: Node, scope: Scope, resolve: Resolve) -> Resolved:
    return truth_of(node, scope, resolve)


FUNCTIONS: Mapping[str, Function] = {
    "Ref": ref,
    "Fn::GetAtt": get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::FindInMap": _find_in_map,
    "Fn::Base64": _base64,
    "Fn::ImportValue": _import_value,
    "Fn::Length": _length,
    "Fn::ToJsonString": _to_json,
    "Fn::Equals": _truth,
    "Fn::And": _truth,
    "Fn::Or": _truth,
    "Fn::Not": _truth,
}
"""Those that are known without the cloud. `Fn::If` is resolved where it stands, for its lines."""


def first_unknown(value: Resolved) -> Unknown | None:
    """The first thing in a value that is not known."""
    if isinstance(value, Unknown):
        return value
    inner: Sequence[Resolved] = ()
    if isinstance(value, Mapping):
        inner = list(value.values())
    elif isinstance(value, list | tuple):
        inner = value
    return next((found for one in inner if (found := first_unknown(one)) is not None), None)


def _listed(node: Node, value: Resolved, *, is_deep: bool = True) -> list[Resolved] | Unresolved:
    """A list of which all is known."""
    if isinstance(value, Unresolved):
        return failed(node, value)
    if not isinstance(value, list):
        return failed(node, "it takes a list")
    if is_deep:
        for one in value:
            if isinstance(one, Unresolved):
                return failed(node, one)
    return value


def _several(node: Node, argument: Node, scope: Scope, least: int, most: int) -> Sequence[Node]:
    if not isinstance(argument.value, tuple) or not least <= len(argument.value) <= most:
        count = f"{least}" if least == most else f"{least} to {most}"
        raise wrong(node, f"{quoted(node)} is not a list of {count} values", scope)
    return argument.value


def _made(node: Node, parts: Sequence[str], scope: Scope) -> str:
    if sum(map(len, parts)) > MOST_CHARACTERS:
        raise wrong(node, f"a function makes a text of more than {MOST_CHARACTERS:,}", scope)
    return "".join(parts)
