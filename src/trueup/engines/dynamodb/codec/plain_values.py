"""Compiled functions that extract the plain values of structs, one function per model.

A generated function decides once what a loop over fields would decide for each item. For
`{"id": {"S": "a"}, "tags": {"L": [{"S": "b"}]}, "age": {"N": "3"}}`, where `age` may be missing:

    def plain(s):
        try:
            d = {"id": s.f0.S, "tags": [x0.S for x0 in s.f1.L]}
        except AttributeError:
            d = sparse(s)
        if s.f2 is not ABSENT:
            d["age"] = s.f2.N
        return d

If the absence of an attribute has a meaning (`model/translation/restore.py`), an `else` sets that
value.

The text holds names as literals and no item data. ADR 0016 lists the alternatives tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...._dataclass import dataclass

Plain = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Getter:
    """How one attribute is read from the struct `s`.

    field: of the struct. value: an expression of the plain value, if present. otherwise: an
        expression of the value that absence means, empty if pydantic decides. is_usual: whether
        nearly every item has the attribute.
    """

    attribute: str
    field: str
    value: str
    when_absent: str
    is_usual: bool


def compile_plain(
    model: str, attributes: Iterable[Getter], absent: object, functions: Mapping[str, Plain]
) -> Plain:
    """The function that returns the plain values of a struct by attribute, without absent ones.

    model: its name, for tracebacks. absent: the value of an absent attribute in a struct; it has
        no attributes itself. functions: those that the expressions call, by name.
    """
    getters = list(attributes)
    usual = [getter for getter in getters if getter.is_usual]
    literal = ", ".join(f"{getter.attribute!r}: {getter.value}" for getter in usual)
    lines = [
        *_function("sparse", ["    d = {}"], usual),
        *_function(
            "plain",
            [
                "    try:",
                f"        d = {{{literal}}}",
                "    except AttributeError:",
                "        d = sparse(s)",
            ],
            [getter for getter in getters if not getter.is_usual],
        ),
    ]
    names: dict[str, Any] = {"ABSENT": absent, **functions}
    exec(compile("\n".join(lines), f"<plain values of {model}>", "exec"), names)
    plain: Plain = names["plain"]
    return plain


def _function(name: str, beginning: list[str], tested: Iterable[Getter]) -> list[str]:
    lines = [f"def {name}(s):", *beginning]
    for getter in tested:
        lines += [
            f"    if s.{getter.field} is not ABSENT:",
            f"        d[{getter.attribute!r}] = {getter.value}",
        ]
        if getter.when_absent:
            lines += ["    else:", f"        d[{getter.attribute!r}] = {getter.when_absent}"]
    return [*lines, "    return d"]
