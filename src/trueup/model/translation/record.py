"""Compiled functions that make the items of models: one for each model.

What a loop over fields would decide for each item, a generated function has decided once. For

    class Order(Model):
        id: str
        age: int
        note: str | None = None
        tags: set[str]

it is:

    def item(v):
        d = {"id": v["id"], "age": x if (x := v["age"]) is None else e1(x)}
        if (x := v["note"]) is not None:
            d["note"] = x
        if x := v["tags"]:
            d["tags"] = e3(x)
        elif x is None:
            d["tags"] = None
        return d

The text holds names as literals and nothing of any item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, TypeAlias

from ..._dataclass import dataclass

Fields: TypeAlias = Mapping[str, Any]
"""The values of a model's fields, by name."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """How one field becomes an attribute.

    name: of the field; wire: of the attribute. encode: gives the plain value of one that is not
        None; None where it is stored as it is. null: whether None is written, else it is left out.
        is_set: whether it is left out where it is empty.
    """

    name: str
    attribute: str
    encode: Callable[[Any], Any] | None
    null: bool
    is_set: bool

    @property
    def is_always_there(self) -> bool:
        """Whether every item has it, be it as NULL."""
        return self.null and not self.is_set


def compile_record(
    model: str, attributes: Sequence[Attribute]
) -> Callable[[Fields], dict[str, Any]]:
    """The function from the fields of a model to its item, attributes in the given order.

    model: its name, for tracebacks.
    """
    encoders = {f"e{n}": one.encode for n, one in enumerate(attributes) if one.encode is not None}
    numbered = list(enumerate(attributes))
    first = list(takewhile(lambda pair: pair[1].is_always_there, numbered))
    literal = ", ".join(f"{one.attribute!r}: {_value_or_none(n, one)}" for n, one in first)
    lines = ["def item(v):", f"    d = {{{literal}}}"]
    for n, one in numbered[len(first) :]:
        lines += [f"    {line}" for line in _statement(n, one)]
    names: dict[str, Any] = dict(encoders)
    exec(compile("\n".join([*lines, "    return d"]), f"<item of {model}>", "exec"), names)
    item: Callable[[Fields], dict[str, Any]] = names["item"]
    return item


def _value_or_none(n: int, one: Attribute) -> str:
    given = f"v[{one.name!r}]"
    return given if one.encode is None else f"x if (x := {given}) is None else e{n}(x)"


def _statement(n: int, one: Attribute) -> Iterator[str]:
    value = "x" if one.encode is None else f"e{n}(x)"
    given, target = f"v[{one.name!r}]", f"d[{one.attribute!r}]"
    if one.is_always_there:
        yield f"{target} = {_value_or_none(n, one)}"
        return
    yield f"if x := {given}:" if one.is_set else f"if (x := {given}) is not None:"
    yield f"    {target} = {value}"
    if one.null:
        yield "elif x is None:"
        yield f"    {target} = None"
