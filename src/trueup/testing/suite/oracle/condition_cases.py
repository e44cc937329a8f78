"""The meaning of conditions and filters, case by case."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from ....errors import ErrorCode
from ....expressions import BeginsWith, Condition, Item, Kind, as_condition
from .case import (
    ATTRIBUTES,
    CONDITIONS,
    OPERATORS,
    OURS_EXISTS,
    SEEN_OPERATORS,
    SEEN_SIZE,
    TYPES,
    Case,
    RefusedCase,
    wire,
)

_LONG = Decimal("1.2345678901234567890123456789012345678")
_LONGER_BY_ONE = Decimal("1.2345678901234567890123456789012345679")


def _case(
    name: str, item: Item | None, condition: Condition | bool, expected: bool, source: str
) -> Case:
    return Case(name, item, as_condition(condition), expected, source)


_EQUALITY = (
    _case("text equals", {"s": "x"}, wire("s") == "x", True, OPERATORS),
    _case("text differs in case", {"s": "x"}, wire("s") == "X", False, OPERATORS),
    _case("number equals", {"n": 1}, wire("n") == 1, True, OPERATORS),
    _case("number equals by value", {"n": 10}, wire("n") == Decimal("10.0"), True, TYPES),
    _case(
        "text beyond ASCII equals", {"s": "é\U0001d11e"}, wire("s") == "é\U0001d11e", True, TYPES
    ),
    _case("text is not normalised", {"s": "é"}, wire("s") == "e\u0301", False, TYPES),
    _case("38 digits are told apart", {"n": _LONG}, wire("n") == _LONGER_BY_ONE, False, TYPES),
    _case("38 digits are equal", {"n": _LONG}, wire("n") == _LONG, True, TYPES),
    _case("bytes equal", {"data": b"\x00\xff"}, wire("data") == b"\x00\xff", True, OPERATORS),
    _case("true equals true", {"flag": True}, wire("flag") == True, True, OPERATORS),  # noqa: E712 the operator is under test
    _case("true is not false", {"flag": True}, wire("flag") == False, False, OPERATORS),  # noqa: E712 the operator is under test
    _case("true is not 1", {"flag": True}, wire("flag") == 1, False, SEEN_OPERATORS),
    _case("1 is not true", {"n": 1}, wire("n") == True, False, SEEN_OPERATORS),  # noqa: E712 the operator is under test
    _case("number is not text", {"n": 1}, wire("n") == "1", False, SEEN_OPERATORS),
    _case("text is not bytes", {"s": "x"}, wire("s") == b"x", False, SEEN_OPERATORS),
    _case("missing equals nothing", {}, wire("s") == "x", False, SEEN_OPERATORS),
    _case("two missing are not equal", {}, wire("a") == wire("b"), False, SEEN_OPERATORS),
    _case("attribute equals attribute", {"a": 2, "b": 2}, wire("a") == wire("b"), True, OPERATORS),
    _case("lists equal", {"l": [1, "x"]}, wire("l") == [1, "x"], True, SEEN_OPERATORS),
    _case("list order counts", {"l": [1, 2]}, wire("l") == [2, 1], False, TYPES),
    _case("lists differ deep in kind", {"l": [[True]]}, wire("l") == [[1]], False, SEEN_OPERATORS),
    _case(
        "maps equal in any order",
        {"m": {"x": 1, "y": [2]}},
        wire("m") == {"y": [2], "x": 1},
        True,
        TYPES,
    ),
    _case("map has more", {"m": {"x": 1, "y": 2}}, wire("m") == {"x": 1}, False, SEEN_OPERATORS),
    _case(
        "sets equal in any order",
        {"ss": frozenset({"a", "b"})},
        wire("ss") == frozenset({"b", "a"}),
        True,
        SEEN_OPERATORS,
    ),
    _case(
        "set is not a list", {"ss": frozenset({"a"})}, wire("ss") == ["a"], False, SEEN_OPERATORS
    ),
    _case(
        "number sets equal by value",
        {"ns": frozenset({1, Decimal("2.5")})},
        wire("ns") == frozenset({Decimal("1"), Decimal("2.50")}),
        True,
        TYPES,
    ),
)

_INEQUALITY = (
    _case("text is another", {"s": "x"}, wire("s") != "y", True, OPERATORS),
    _case("text is the same", {"s": "x"}, wire("s") != "x", False, OPERATORS),
    _case("another kind is unequal", {"n": 1}, wire("n") != "1", True, SEEN_OPERATORS),
    _case("missing is unequal", {}, wire("s") != "x", True, SEEN_OPERATORS),
    _case("two missing are unequal", {}, wire("a") != wire("b"), True, SEEN_OPERATORS),
    _case("no item is unequal", None, wire("s") != "x", True, SEEN_OPERATORS),
)

_ORDER = (
    _case("number below", {"n": 2}, wire("n") < 10, True, OPERATORS),
    _case("number not below itself", {"n": 2}, wire("n") < 2, False, OPERATORS),
    _case("number at most itself", {"n": 2}, wire("n") <= 2, True, OPERATORS),
    _case("number above", {"n": Decimal("-0.5")}, wire("n") > -1, True, OPERATORS),
    _case("number at least itself", {"n": 2}, wire("n") >= 2, True, OPERATORS),
    _case("38 digits are ordered", {"n": _LONG}, wire("n") < _LONGER_BY_ONE, True, TYPES),
    _case("text is not ordered as numbers", {"s": "10"}, wire("s") < "9", True, TYPES),
    _case("capital before small", {"s": "A"}, wire("s") < "a", True, TYPES),
    _case("text is ordered by UTF-8", {"s": "¿"}, wire("s") > "z", True, TYPES),
    _case("UTF-8, not UTF-16", {"s": "\U0001f600"}, wire("s") > "\uffee", True, TYPES),
    _case("prefix before longer text", {"s": "ab"}, wire("s") < "abc", True, TYPES),
    _case("bytes are unsigned", {"data": b"\xff"}, wire("data") > b"\x01", True, TYPES),
    _case("other kind is not below", {"n": 1}, wire("n") < "2", False, SEEN_OPERATORS),
    _case("other kind is not above", {"n": 1}, wire("n") > "0", False, SEEN_OPERATORS),
    _case("missing is not below", {}, wire("n") < 1, False, SEEN_OPERATORS),
    _case("missing is not above", {}, wire("n") > 1, False, SEEN_OPERATORS),
    _case("two missing are not at most", {}, wire("a") <= wire("b"), False, SEEN_OPERATORS),
    _case("list is not below", {"l": [1]}, wire("l") < 2, False, SEEN_OPERATORS),
    _case("true has no order", {"flag": True}, wire("flag") > 0, False, SEEN_OPERATORS),
    _case("NULL has no order", {"nul": None}, wire("nul") < 1, False, SEEN_OPERATORS),
    _case("attribute below attribute", {"a": 1, "b": 2}, wire("a") < wire("b"), True, OPERATORS),
)

_RANGE = (
    _case("inside", {"n": 5}, wire("n").between(1, 9), True, OPERATORS),
    _case("lower end is inside", {"n": 1}, wire("n").between(1, 9), True, OPERATORS),
    _case("upper end is inside", {"n": 9}, wire("n").between(1, 9), True, OPERATORS),
    _case("outside", {"n": 10}, wire("n").between(1, 9), False, OPERATORS),
    _case("other kind is outside", {"n": 5}, wire("n").between("1", "9"), False, SEEN_OPERATORS),
    _case("missing is outside", {}, wire("n").between(1, 9), False, SEEN_OPERATORS),
    _case(
        "attribute is the lower end",
        {"n": 5, "a": 5},
        wire("n").between(wire("a"), 9),
        True,
        OPERATORS,
    ),
    _case(
        "below an attribute", {"n": 5, "a": 6}, wire("n").between(wire("a"), 9), False, OPERATORS
    ),
    _case(
        "attribute is the upper end",
        {"n": 5, "b": 5},
        wire("n").between(1, wire("b")),
        True,
        OPERATORS,
    ),
    _case(
        "above an attribute", {"n": 5, "b": 4}, wire("n").between(1, wire("b")), False, OPERATORS
    ),
    _case("text inside", {"s": "bb"}, wire("s").between("b", "c"), True, OPERATORS),
    _case("bytes inside", {"data": b"\x80"}, wire("data").between(b"\x7f", b"\x81"), True, TYPES),
    _case("one of", {"s": "b"}, wire("s").is_in("a", "b"), True, OPERATORS),
    _case("none of", {"s": "c"}, wire("s").is_in("a", "b"), False, OPERATORS),
    _case("one of several kinds", {"n": 2}, wire("n").is_in("2", 2), True, SEEN_OPERATORS),
    _case("missing is none of", {}, wire("s").is_in("a"), False, SEEN_OPERATORS),
    _case("list is one of", {"l": [1]}, wire("l").is_in([1], [2]), True, SEEN_OPERATORS),
)

_PARTS = (
    _case("text begins with", {"s": "abc"}, wire("s").begins_with("ab"), True, OPERATORS),
    _case("text begins otherwise", {"s": "abc"}, wire("s").begins_with("b"), False, OPERATORS),
    _case(
        "bytes begin with", {"data": b"ab"}, wire("data").begins_with(b"a"), True, SEEN_OPERATORS
    ),
    _case(
        "number begins with nothing", {"n": 12}, wire("n").begins_with("1"), False, SEEN_OPERATORS
    ),
    _case("text begins not with bytes", {"s": "ab"}, wire("s").begins_with(b"a"), False, OPERATORS),
    _case("missing begins with nothing", {}, wire("s").begins_with("a"), False, OPERATORS),
    _case("percent is a character", {"s": "abc"}, wire("s").begins_with("a%"), False, OPERATORS),
    _case("begins beyond ASCII", {"s": "é𝄞x"}, wire("s").begins_with("é𝄞"), True, OPERATORS),
    _case("half of a pair is no part", {"s": "𝄞"}, wire("s").contains("𝄟"), False, OPERATORS),
    _case("contains beyond ASCII", {"s": "xé𝄞"}, wire("s").contains("é𝄞"), True, OPERATORS),
    _case("text contains", {"s": "hello"}, wire("s").contains("ell"), True, OPERATORS),
    _case("text contains not", {"s": "hello"}, wire("s").contains("Ell"), False, OPERATORS),
    _case("underscore is a character", {"s": "abc"}, wire("s").contains("a_c"), False, OPERATORS),
    _case("bytes contain", {"data": b"abc"}, wire("data").contains(b"bc"), True, SEEN_OPERATORS),
    _case("set contains text", {"ss": frozenset({"a"})}, wire("ss").contains("a"), True, OPERATORS),
    _case(
        "set element is whole",
        {"ss": frozenset({"ab"})},
        wire("ss").contains("a"),
        False,
        OPERATORS,
    ),
    _case(
        "set contains number", {"ns": frozenset({1})}, wire("ns").contains(1), True, SEEN_OPERATORS
    ),
    _case(
        "set contains by kind", {"ns": frozenset({1})}, wire("ns").contains("1"), False, OPERATORS
    ),
    _case(
        "set contains bytes", {"bs": frozenset({b"x"})}, wire("bs").contains(b"x"), True, OPERATORS
    ),
    _case("list contains", {"l": [1, "x"]}, wire("l").contains("x"), True, OPERATORS),
    _case("list contains by kind", {"l": [1]}, wire("l").contains(True), False, SEEN_OPERATORS),
    _case(
        "list contains a list", {"l": [[3, 4]]}, wire("l").contains([3, 4]), True, SEEN_OPERATORS
    ),
    _case("map contains nothing", {"m": {"x": 1}}, wire("m").contains("x"), False, OPERATORS),
    _case("number contains nothing", {"n": 12}, wire("n").contains("1"), False, OPERATORS),
    _case("missing contains nothing", {}, wire("s").contains("a"), False, OPERATORS),
)

_PRESENCE = (
    _case("exists", {"s": ""}, wire("s").exists(), True, OPERATORS),
    _case("absent does not exist", {}, wire("s").exists(), False, OPERATORS),
    _case("NULL does not exist", {"nul": None}, wire("nul").exists(), False, OURS_EXISTS),
    _case("false exists", {"flag": False}, wire("flag").exists(), True, OPERATORS),
    _case("empty list exists", {"l": []}, wire("l").exists(), True, OPERATORS),
    _case("absent is missing", {}, wire("s").missing(), True, OPERATORS),
    _case("NULL is missing", {"nul": None}, wire("nul").missing(), True, OURS_EXISTS),
    _case("present is not missing", {"s": "x"}, wire("s").missing(), False, OPERATORS),
    _case("no item has nothing", None, wire("s").missing(), True, CONDITIONS),
    _case("equals None is missing", {}, wire("s") == None, True, OURS_EXISTS),  # noqa: E711 the operator is under test
    _case("unequal to None is there", {"s": "x"}, wire("s") != None, True, OURS_EXISTS),  # noqa: E711 the operator is under test
    _case("kind of text", {"s": "x"}, wire("s").has_type(Kind.S), True, OPERATORS),
    _case("kind of number", {"n": 1}, wire("n").has_type(Kind.N), True, OPERATORS),
    _case("kind of NULL", {"nul": None}, wire("nul").has_type(Kind.NULL), True, OPERATORS),
    _case(
        "kind of true is not number",
        {"flag": True},
        wire("flag").has_type(Kind.N),
        False,
        OPERATORS,
    ),
    _case("kind of bytes", {"data": b"x"}, wire("data").has_type(Kind.B), True, OPERATORS),
    _case("kind of set", {"ns": frozenset({1})}, wire("ns").has_type(Kind.NS), True, OPERATORS),
    _case("kind of list", {"l": []}, wire("l").has_type(Kind.L), True, OPERATORS),
    _case("kind of map", {"m": {}}, wire("m").has_type(Kind.M), True, OPERATORS),
    _case("absent has no kind", {}, wire("s").has_type(Kind.NULL), False, OPERATORS),
)

_SIZE = (
    _case("size of text", {"s": "hello"}, wire("s").size() == 5, True, OPERATORS),
    _case("size of text beyond ASCII", {"s": "éß"}, wire("s").size() == 2, True, SEEN_SIZE),
    _case("size beyond U+FFFF", {"s": "é\U0001d11e"}, wire("s").size() == 3, True, SEEN_SIZE),
    _case("size is not of UTF-8", {"s": "é\U0001d11e"}, wire("s").size() == 6, False, SEEN_SIZE),
    _case(
        "size is not of characters", {"s": "\U0001f600"}, wire("s").size() == 1, False, SEEN_SIZE
    ),
    _case("size of combined marks", {"s": "e\u0301"}, wire("s").size() == 2, True, SEEN_SIZE),
    _case("size of bytes", {"data": b"\x00\x01"}, wire("data").size() == 2, True, OPERATORS),
    _case("size of list", {"l": [1, [2, 3]]}, wire("l").size() == 2, True, OPERATORS),
    _case("size of map", {"m": {"x": {"y": 1}}}, wire("m").size() == 1, True, OPERATORS),
    _case("size of set", {"ss": frozenset({"a", "b"})}, wire("ss").size() > 1, True, OPERATORS),
    _case("size is ordered", {"s": "hello"}, wire("s").size() <= 4, False, OPERATORS),
    _case("size is in a range", {"s": "hello"}, wire("s").size().between(5, 6), True, OPERATORS),
    _case("size is unequal", {"s": "hello"}, wire("s").size() != 4, True, SEEN_OPERATORS),
    _case(
        "size equals attribute",
        {"s": "hello", "n": 5},
        wire("s").size() == wire("n"),
        True,
        SEEN_OPERATORS,
    ),
    _case("number has no size", {"n": 5}, wire("n").size() == 1, False, SEEN_OPERATORS),
    _case("true has no size", {"flag": True}, wire("flag").size() == 1, False, SEEN_OPERATORS),
    _case("missing has no size", {}, wire("s").size() == 0, False, OPERATORS),
)

_PATHS = (
    _case("map key", {"m": {"x": 1}}, wire("m", "x") == 1, True, ATTRIBUTES),
    _case("list position", {"l": ["a", "b"]}, wire("l", 1) == "b", True, ATTRIBUTES),
    _case("deep path", {"m": {"x": [{"y": 2}]}}, wire("m", "x", 0, "y") == 2, True, ATTRIBUTES),
    _case("past the end is missing", {"l": [1]}, wire("l", 1).missing(), True, ATTRIBUTES),
    _case("below text is missing", {"s": "x"}, wire("s", "y").missing(), True, ATTRIBUTES),
    _case(
        "position in a map is missing", {"m": {"x": 1}}, wire("m", 0).missing(), True, ATTRIBUTES
    ),
    _case("key in a list is missing", {"l": [1]}, wire("l", "x").exists(), False, ATTRIBUTES),
    _case("dot in a name", {"m": {"x.y": 1}}, wire("m", "x.y") == 1, True, ATTRIBUTES),
    _case("reserved word as name", {"m": {"size": 1}}, wire("m", "size") == 1, True, ATTRIBUTES),
    _case("NULL in a map", {"m": {"x": None}}, wire("m", "x").missing(), True, OURS_EXISTS),
)

_S, _N = wire("s"), wire("n")
_LOGIC = (
    _case("both", {"s": "x", "n": 1}, (_S == "x") & (_N == 1), True, OPERATORS),
    _case("not both", {"s": "x", "n": 2}, (_S == "x") & (_N == 1), False, OPERATORS),
    _case("either", {"s": "x", "n": 2}, (_S == "x") | (_N == 1), True, OPERATORS),
    _case("neither", {"s": "y", "n": 2}, (_S == "x") | (_N == 1), False, OPERATORS),
    _case("not", {"n": 1}, ~_N.exists(), False, OPERATORS),
    _case("not of a false comparison", {}, ~(_N < 1), True, OPERATORS),
    _case("and before or", {"s": "x"}, _S.exists() | (_N < 1) & (_N > 1), True, OPERATORS),
    _case("parentheses first", {"s": "x"}, (_S.exists() | (_N < 1)) & (_N > 1), False, OPERATORS),
    _case("not of both", {"n": 1}, ~(_N.exists() & _S.exists()), True, OPERATORS),
    _case("three parts", {"n": 5}, (_N > 1) & (_N < 9) & (_N != 6), True, OPERATORS),
)

CONDITION_CASES: Final = (
    *_EQUALITY,
    *_INEQUALITY,
    *_ORDER,
    *_RANGE,
    *_PARTS,
    *_PRESENCE,
    *_SIZE,
    *_PATHS,
    *_LOGIC,
)


def _refused(name: str, condition: Condition) -> RefusedCase:
    return RefusedCase(name, condition, ErrorCode.INVALID_EXPRESSION, SEEN_OPERATORS)


REFUSED_CONDITION_CASES: Final = (
    _refused("order of lists", wire("n") < [1]),
    _refused("order of maps", wire("m") > {"a": 1}),
    _refused("order of bools", wire("flag") >= True),
    _refused("range of lists", wire("n").between([1], [2])),
    _refused("range that begins with a list", wire("n").between([1], wire("b"))),
    _refused("range that ends with a list", wire("n").between(wire("a"), [2])),
    _refused("range upside down", wire("n").between(2, 1)),
    _refused("range of two kinds", wire("n").between(2, "dog")),
    _refused("prefix that is a number", BeginsWith(wire("s").path, 2)),
    _refused("one of nothing", wire("s").is_in()),
    _refused("contains itself", wire("s").contains(wire("s"))),
    _refused("inside a larger condition", wire("s").exists() & ~(wire("n") < [1])),
)
