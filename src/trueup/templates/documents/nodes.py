"""Node: a value of a document and its line. Nodes are made of the events of a parser.

Nothing here calls itself for what is nested, so that no document is too deep for Python before it
is too deep for `MOST_LEVELS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import TypeAlias

from ..._dataclass import dataclass

Scalar: TypeAlias = "bool | int | float | str | None"
Content: TypeAlias = "Scalar | Sequence[Node] | Mapping[str, Node]"

MOST_LEVELS = 100
"""How deep values may be nested. CloudFormation's own templates stay far below."""
MOST_NODES = 2_000_000
"""How many values a document may have, those counted each time that an alias repeats."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value. line: from 1; of a value in a mapping, that of its key."""

    value: Content
    line: int


def part_at(node: Node | None, name: str) -> Node | None:
    """A part of a mapping; None if there is none."""
    return node.value.get(name) if node and isinstance(node.value, Mapping) else None


def mapping_at(node: Node | None, name: str) -> Mapping[str, Node]:
    """A mapping in a mapping; an empty one if there is none."""
    part = part_at(node, name)
    return part.value if part and isinstance(part.value, Mapping) else {}


def text_at(node: Node | None, name: str) -> str:
    """A text in a mapping; empty if there is none."""
    part = part_at(node, name)
    return part.value if part and isinstance(part.value, str) else ""


@dataclass(frozen=True, slots=True)
class Scalars:
    """A parser met a value that holds no others. text: as it is written, for keys."""

    value: Scalar
    text: str
    line: int
    tag: str = ""
    anchor: str = ""
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """A parser met the beginning of a mapping, or of a list."""

    is_mapping: bool
    line: int
    tag: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """A parser met the end of what began last."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A parser met a place that repeats the value of an anchor."""

    anchor: str
    line: int


Event: TypeAlias = Scalars | Start | End | Alias


class Malformed(Exception):
    """The document cannot be read. line: where."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.what, self.line = what, line


@dataclass(frozen=True, slots=True)
class _Sized:
    """A node, how many values it has in it, and how many levels."""

    node: Node
    values: int = 1
    levels: int = 1


@dataclass(frozen=True, slots=True)
class _Open:
    """A mapping or a list whose end was not met yet."""

    start: Start
    inner: list[_Sized] = field(default_factory=list)
    keys: list[Scalars] = field(default_factory=list)


def nodes_of(events: Iterable[Event]) -> Node:
    """The document of a parser's events. Raises Malformed."""
    anchors: dict[str, _Sized | None] = {}
    opened = [_Open(Start(False, 1))]
    for event in events:
        inmost = opened[-1]
        if isinstance(event, Start):
            _refuse_key(inmost, event.line)
            if len(opened) > MOST_LEVELS:
                raise Malformed(f"values are nested more than {MOST_LEVELS} deep", event.line)
            if event.anchor:
                anchors[event.anchor] = None
            opened.append(_Open(event))
        elif isinstance(event, End):
            done = _closed(opened.pop())
            if inmost.start.anchor:
                anchors[inmost.start.anchor] = done
            _add(opened[-1], done)
        elif isinstance(event, Alias):
            _refuse_key(inmost, event.line)
            _add(inmost, _repeated(anchors.get(event.anchor), event))
        elif _wants_key(inmost):
            inmost.keys.append(event)
        else:
            made = _Sized(tagged(Node(event.value, event.line), event.tag))
            if event.anchor:
                anchors[event.anchor] = made
            _add(inmost, made)
    (document, *others) = opened[0].inner or [_Sized(Node(None, 1))]
    if others:
        raise Malformed("there is more than one document", others[0].node.line)
    return document.node


def tagged(node: Node, tag: str) -> Node:
    """A value with a short tag as the function that it stands for: `!Sub` is `Fn::Sub`.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
    """
    if not tag.startswith("!") or tag == "!":
        return node
    name = tag[1:]
    return Node({name if name in ("Ref", "Condition") else f"Fn::{name}": node}, node.line)


def _wants_key(inmost: _Open) -> bool:
    return inmost.start.is_mapping and len(inmost.keys) == len(inmost.inner)


def _refuse_key(inmost: _Open, line: int) -> None:
    if _wants_key(inmost):
        raise Malformed("a key is no text", line)


def _add(inmost: _Open, made: _Sized) -> None:
    inmost.inner.append(made)


def _repeated(found: _Sized | None, alias: Alias) -> _Sized:
    if found is None:
        raise Malformed(f"the alias *{alias.anchor} repeats nothing that is complete", alias.line)
    return found


def _closed(done: _Open) -> _Sized:
    start = done.start
    values = 1 + sum(one.values for one in done.inner)
    levels = 1 + max((one.levels for one in done.inner), default=0)
    if values > MOST_NODES:
        raise Malformed(f"there are more than {MOST_NODES:,} values", start.line)
    if levels > MOST_LEVELS:
        raise Malformed(f"values are nested more than {MOST_LEVELS} deep", start.line)
    content = _mapping(done) if start.is_mapping else tuple(one.node for one in done.inner)
    return _Sized(tagged(Node(content, start.line), start.tag), values, levels)


def _mapping(done: _Open) -> dict[str, Node]:
    """The values by their keys. What `<<` merges stands behind the mapping's own keys."""
    found: dict[str, Node] = {}
    merged: dict[str, Node] = {}
    for key, one in zip(done.keys, done.inner, strict=True):
        if key.is_plain and key.text == "<<":
            merged = {**_merged(one.node), **merged}
        elif key.text in found:
            raise Malformed(
                f"the key {key.text} stands twice, first on line {found[key.text].line}", key.line
            )
        else:
            found[key.text] = replace(one.node, line=key.line)
    return {**merged, **found}


def _merged(node: Node) -> dict[str, Node]:
    if isinstance(node.value, Mapping):
        return dict(node.value)
    if isinstance(node.value, tuple):
        found: dict[str, Node] = {}
        for one in node.value:
            found = {**_merged(one), **found}
        return found
    raise Malformed("<< merges what is no mapping", node.line)
