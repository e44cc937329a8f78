"""The effect of updates, case by case."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from ....errors import ErrorCode
from ....expressions import Change, Item
from .case import (
    ATTRIBUTES,
    OURS_APPEND,
    SEEN_NUMBERS,
    SEEN_UPDATES,
    TYPES,
    UPDATES,
    UpdateCase,
    wire,
)


def _case(
    name: str,
    item: Item,
    updates: Change | tuple[Change, ...],
    expected: Item | ErrorCode,
    source: str,
) -> UpdateCase:
    every = updates if isinstance(updates, tuple) else (updates,)
    return UpdateCase(name, item, every, expected, source)


_REFUSED = ErrorCode.INVALID_UPDATE
_BIG = 10**37

_ASSIGN = (
    _case("assign a new attribute", {}, wire("s").assign("x"), {"s": "x"}, UPDATES),
    _case("assign over an old one", {"s": "x"}, wire("s").assign("y"), {"s": "y"}, UPDATES),
    _case("assign another kind", {"a": "x"}, wire("a").assign([1]), {"a": [1]}, UPDATES),
    _case("assign text beyond ASCII", {}, wire("s").assign("é𝄞"), {"s": "é𝄞"}, TYPES),
    _case(
        "assign a key beyond ASCII",
        {"m": {}},
        wire("m", "é𝄞").assign(1),
        {"m": {"é𝄞": 1}},
        ATTRIBUTES,
    ),
    _case("assign empty text", {}, wire("s").assign(""), {"s": ""}, SEEN_UPDATES),
    _case(
        "assign empty containers",
        {},
        (wire("l").assign([]), wire("m").assign({})),
        {"l": [], "m": {}},
        SEEN_UPDATES,
    ),
    _case("assign NULL", {"nul": 1}, wire("nul").assign(None), {"nul": None}, TYPES),
    _case(
        "assign into a map",
        {"m": {"x": 1}},
        wire("m", "y").assign(2),
        {"m": {"x": 1, "y": 2}},
        UPDATES,
    ),
    _case(
        "assign a name with a dot",
        {"m": {}},
        wire("m", "x.y").assign(1),
        {"m": {"x.y": 1}},
        ATTRIBUTES,
    ),
    _case(
        "assign a list element", {"l": [1, 2, 3]}, wire("l", 1).assign(9), {"l": [1, 9, 3]}, UPDATES
    ),
    _case(
        "assign past the end appends", {"l": [1]}, wire("l", 7).assign(2), {"l": [1, 2]}, UPDATES
    ),
    _case(
        "assigns past the end come in order of position",
        {"l": [0]},
        (
            wire("l", 84).assign("d"),
            wire("l", 37).assign("b"),
            wire("l", 17).assign("a"),
            wire("l", 50).assign("c"),
        ),
        {"l": [0, "a", "b", "c", "d"]},
        SEEN_UPDATES,
    ),
    _case(
        "assign deep",
        {"m": {"x": [{"y": 1}]}},
        wire("m", "x", 0, "y").assign(2),
        {"m": {"x": [{"y": 2}]}},
        SEEN_UPDATES,
    ),
    _case(
        "assign several",
        {"a": 1},
        (wire("a").assign(2), wire("b").assign(3)),
        {"a": 2, "b": 3},
        UPDATES,
    ),
    _case("assign below nothing", {}, wire("m", "x").assign(1), _REFUSED, SEEN_UPDATES),
    _case("assign below text", {"m": "x"}, wire("m", "x").assign(1), _REFUSED, SEEN_UPDATES),
    _case("assign a key of a list", {"l": [1]}, wire("l", "x").assign(1), _REFUSED, SEEN_UPDATES),
    _case("assign a position of a map", {"m": {}}, wire("m", 0).assign(1), _REFUSED, SEEN_UPDATES),
    _case("assign a position of nothing", {}, wire("l", 0).assign(1), _REFUSED, SEEN_UPDATES),
    _case("assign if missing", {}, wire("s").assign_if_missing("x"), {"s": "x"}, UPDATES),
    _case(
        "assign if missing keeps", {"s": "y"}, wire("s").assign_if_missing("x"), {"s": "y"}, UPDATES
    ),
    _case(
        "assign if missing keeps NULL",
        {"nul": None},
        wire("nul").assign_if_missing(1),
        {"nul": None},
        UPDATES,
    ),
    _case(
        "assign if missing in a map",
        {"m": {}},
        wire("m", "x").assign_if_missing(1),
        {"m": {"x": 1}},
        UPDATES,
    ),
)

_ADD = (
    _case("add to a number", {"n": 3}, wire("n").add(4), {"n": 7}, UPDATES),
    _case("add to nothing", {}, wire("n").add(5), {"n": 5}, UPDATES),
    _case("add a negative number", {"n": 3}, wire("n").add(-4), {"n": -1}, UPDATES),
    _case("subtract", {"n": 3}, wire("n").subtract(4), {"n": -1}, UPDATES),
    _case(
        "add exactly",
        {"n": Decimal("0.1")},
        wire("n").add(Decimal("0.2")),
        {"n": Decimal("0.3")},
        TYPES,
    ),
    _case("add to 38 digits", {"n": _BIG}, wire("n").add(1), {"n": _BIG + 1}, TYPES),
    _case(
        "sum needs 39 digits",
        {"n": _BIG},
        wire("n").add(Decimal("0.1")),
        ErrorCode.INVALID_NUMBER,
        SEEN_NUMBERS,
    ),
    _case(
        "sum is out of range",
        {"n": 9 * 10**125},
        wire("n").add(9 * 10**125),
        ErrorCode.INVALID_NUMBER,
        SEEN_NUMBERS,
    ),
    _case("add to text", {"s": "1"}, wire("s").add(1), _REFUSED, SEEN_UPDATES),
    _case("add to NULL", {"nul": None}, wire("nul").add(1), _REFUSED, SEEN_UPDATES),
    _case("add in a list", {"l": [1, 2]}, wire("l", 1).add(3), {"l": [1, 5]}, UPDATES),
)

_LISTS = (
    _case("append", {"l": [1]}, wire("l").append(2, 3), {"l": [1, 2, 3]}, UPDATES),
    _case(
        "prepend keeps the order given",
        {"l": [3]},
        wire("l").prepend(1, 2),
        {"l": [1, 2, 3]},
        UPDATES,
    ),
    _case("append to an empty list", {"l": []}, wire("l").append(1), {"l": [1]}, SEEN_UPDATES),
    _case("append to nothing", {}, wire("l").append(1), {"l": [1]}, OURS_APPEND),
    _case("prepend to nothing", {}, wire("l").prepend(1), {"l": [1]}, OURS_APPEND),
    _case("append a list as one", {"l": [1]}, wire("l").append([2]), {"l": [1, [2]]}, UPDATES),
    _case("append to text", {"s": "x"}, wire("s").append("y"), _REFUSED, SEEN_UPDATES),
    _case(
        "append to a set", {"ss": frozenset({"x"})}, wire("ss").append("y"), _REFUSED, SEEN_UPDATES
    ),
)

_REMOVE = (
    _case("remove", {"a": 1, "b": 2}, wire("a").remove(), {"b": 2}, UPDATES),
    _case("remove what is not there", {"b": 2}, wire("a").remove(), {"b": 2}, UPDATES),
    _case("remove from a map", {"m": {"x": 1}}, wire("m", "x").remove(), {"m": {}}, SEEN_UPDATES),
    _case(
        "remove a key that is not there",
        {"m": {"x": 1}},
        wire("m", "y").remove(),
        {"m": {"x": 1}},
        SEEN_UPDATES,
    ),
    _case(
        "remove from a list shifts", {"l": [1, 2, 3]}, wire("l", 0).remove(), {"l": [2, 3]}, UPDATES
    ),
    _case(
        "remove two from a list",
        {"l": [0, 1, 2, 3, 4]},
        (wire("l", 1).remove(), wire("l", 2).remove()),
        {"l": [0, 3, 4]},
        UPDATES,
    ),
    _case("remove past the end", {"l": [1]}, wire("l", 7).remove(), {"l": [1]}, SEEN_UPDATES),
    _case("remove the only element", {"l": [1]}, wire("l", 0).remove(), {"l": []}, SEEN_UPDATES),
    _case(
        "positions are those before",
        {"l": [2, 3, 4, 5, 6, 7]},
        (wire("l", 1).remove(), wire("l", 3).assign(17)),
        {"l": [2, 4, 17, 6, 7]},
        SEEN_UPDATES,
    ),
    _case("remove below nothing", {}, wire("m", "x").remove(), _REFUSED, SEEN_UPDATES),
    _case("remove below text", {"s": "x"}, wire("s", "y").remove(), _REFUSED, SEEN_UPDATES),
)

_SETS = (
    _case(
        "add to a set",
        {"ss": frozenset({"a"})},
        wire("ss").add_to_set("b"),
        {"ss": frozenset({"a", "b"})},
        UPDATES,
    ),
    _case(
        "add what is there",
        {"ss": frozenset({"a"})},
        wire("ss").add_to_set("a"),
        {"ss": frozenset({"a"})},
        SEEN_UPDATES,
    ),
    _case(
        "add to no set", {}, wire("ss").add_to_set("a", "b"), {"ss": frozenset({"a", "b"})}, UPDATES
    ),
    _case(
        "add equal numbers",
        {"ns": frozenset({1})},
        wire("ns").add_to_set(Decimal("1.0")),
        {"ns": frozenset({1})},
        TYPES,
    ),
    _case(
        "add bytes",
        {"bs": frozenset({b"a"})},
        wire("bs").add_to_set(b"b"),
        {"bs": frozenset({b"a", b"b"})},
        UPDATES,
    ),
    _case(
        "add another kind", {"ss": frozenset({"a"})}, wire("ss").add_to_set(1), _REFUSED, UPDATES
    ),
    _case(
        "add set elements to a list",
        {"l": ["a"]},
        wire("l").add_to_set("b"),
        _REFUSED,
        SEEN_UPDATES,
    ),
    _case(
        "take from a set",
        {"ss": frozenset({"a", "b"})},
        wire("ss").remove_from_set("b"),
        {"ss": frozenset({"a"})},
        UPDATES,
    ),
    _case(
        "take what is not there",
        {"ss": frozenset({"a"})},
        wire("ss").remove_from_set("b"),
        {"ss": frozenset({"a"})},
        SEEN_UPDATES,
    ),
    _case(
        "take the last one",
        {"ss": frozenset({"a"}), "n": 1},
        wire("ss").remove_from_set("a"),
        {"n": 1},
        SEEN_UPDATES,
    ),
    _case("take from no set", {"n": 1}, wire("ss").remove_from_set("a"), {"n": 1}, SEEN_UPDATES),
    _case("take from text", {"s": "a"}, wire("s").remove_from_set("a"), _REFUSED, SEEN_UPDATES),
)

_SEVERAL = (
    _case("no change at all", {"a": 1}, (), _REFUSED, UPDATES),
    _case(
        "the same path twice",
        {},
        (wire("a").assign(1), wire("a").assign(2)),
        _REFUSED,
        SEEN_UPDATES,
    ),
    _case(
        "assign and remove",
        {"a": 1},
        (wire("a").assign(1), wire("a").remove()),
        _REFUSED,
        SEEN_UPDATES,
    ),
    _case(
        "a map and its key",
        {"m": {}},
        (wire("m").assign({}), wire("m", "x").assign(1)),
        _REFUSED,
        SEEN_UPDATES,
    ),
    _case(
        "a list and its element",
        {"l": [1]},
        (wire("l", 0).assign(1), wire("l").append(2)),
        _REFUSED,
        SEEN_UPDATES,
    ),
    _case(
        "a key and a position",
        {"a": {}},
        (wire("a", "x").assign(1), wire("a", 1).assign(1)),
        _REFUSED,
        SEEN_UPDATES,
    ),
    _case(
        "different parts of one map",
        {"m": {"x": 3, "y": 4, "z": {"y": 3}}},
        (wire("m", "w").assign(1), wire("m", "z", "d").assign("dog"), wire("m", "x").remove()),
        {"m": {"y": 4, "w": 1, "z": {"y": 3, "d": "dog"}}},
        SEEN_UPDATES,
    ),
    _case(
        "one refused change undoes the other",
        {"s": "x"},
        (wire("a").assign(1), wire("s").add(1)),
        _REFUSED,
        SEEN_UPDATES,
    ),
)

UPDATE_CASES: Final = (*_ASSIGN, *_ADD, *_LISTS, *_REMOVE, *_SETS, *_SEVERAL)
