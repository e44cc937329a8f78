"""What is written reads back, in value and type, through plain items and through SQLite's text."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Context, Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model

from trueup import ExpiresAt, Model, Table, Version, WholeSeconds, composed, stored_as
from trueup.engines.sqlite.codec import from_json, to_json
from trueup.engines.sqlite.decoder import ItemDecoder, is_plain_json
from trueup.errors import ErrorCode, InvalidCall
from trueup.expressions import Item, depth, exact_number
from trueup.model.description.check import describe
from trueup.model.keys.shards import shard_number
from trueup.model.translation.codec import TableCodec
from trueup.operations.actions import View

EAST = timezone(timedelta(hours=5, minutes=45))
WIDE = Context(prec=400)


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Level(Enum):
    LOW = 1
    HIGH = 2


class Leaf(BaseModel):
    number: Decimal
    words: set[str]
    note: str | None = None


class Node(BaseModel):
    name: Annotated[str, Field(alias="N")]
    children: list[Node] = []
    leaf: Leaf | None = None


class Certain(Model, names="camelCase"):
    """Every type that SQLite's text gives straight to pydantic."""

    part: str
    other_part: int
    key: str = composed("{part}#{other_part:38}")
    text: Annotated[str, stored_as("T")]
    whole: int
    exact: Decimal
    approximate: float
    yes: bool
    raw: bytes
    instant: datetime
    second: WholeSeconds
    expiry: ExpiresAt | None = None
    day: date
    clock: time
    id: UUID
    color: Color
    level: Level
    choice: Literal["a", "b"]
    texts: set[str]
    numbers: frozenset[Decimal] = frozenset()
    blobs: set[bytes] = set()
    days: set[date] = set()
    wholes: list[int] = []
    exacts: list[Decimal] = []
    pairs: tuple[float, ...] = ()
    amounts: dict[str, Decimal] = {}
    leaves: list[Leaf] = []
    table: dict[str, list[Leaf]] = {}
    node: Node | None = None
    absent: int | None = None
    null: int | None = 5
    required: str | None
    version: Version = 0


class Everything(Certain):
    """With types that depend on the value, which are read the slow way."""

    union: int | str | bytes | None = None
    nested: Leaf | list[Leaf] | int = 0
    mixed: tuple[int, str, set[str] | None] = (0, "", None)
    maybe: list[Decimal | None] = []
    by_number: dict[int, str] = {}
    period: timedelta = timedelta()
    anything: Any = None


exact = st.builds(
    lambda unscaled, exponent: Decimal(exact_number(Decimal(unscaled).scaleb(exponent, WIDE))),
    st.integers(-(10**38) + 1, 10**38 - 1),
    st.integers(-130, 88),
) | st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
)
floats = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e120, max_value=1e120).filter(
    lambda number: number == 0 or abs(number) > 1e-120
)
text = st.text(max_size=5) | st.sampled_from(["", "$n", "$", "#%23", '"$n"', "\x00", "\U0001f600"])
moments = st.datetimes(
    datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.sampled_from([UTC, EAST])
)
seconds = moments.map(lambda moment: moment.replace(microsecond=0))
expiries = st.integers(-(10**9), 10**10).map(lambda epoch: datetime.fromtimestamp(epoch, UTC))
clocks = st.times(timezones=st.sampled_from([None, UTC, EAST]))
leaves = st.builds(Leaf, number=exact, words=st.sets(text, max_size=2), note=st.none() | text)
nodes = st.recursive(
    st.builds(
        lambda name, leaf: Node.model_validate({"N": name, "leaf": leaf}), text, st.none() | leaves
    ),
    lambda inner: st.builds(
        lambda name, children: Node.model_validate({"N": name, "children": children}),
        text,
        st.lists(inner, max_size=2),
    ),
    max_leaves=4,
)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**38) + 1, 10**38 - 1)
    | text
    | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(text, inner, max_size=2),
    max_leaves=4,
)
CERTAIN: dict[str, st.SearchStrategy[Any]] = {
    "part": text,
    "other_part": st.integers(-(10**38) + 1, 10**38 - 1),
    "text": text,
    "whole": st.integers(-(10**38) + 1, 10**38 - 1),
    "exact": exact,
    "approximate": floats,
    "yes": st.booleans(),
    "raw": st.binary(max_size=5),
    "instant": moments,
    "second": seconds,
    "expiry": st.none() | expiries,
    "day": st.dates(),
    "clock": clocks,
    "id": st.uuids(),
    "color": st.sampled_from(Color),
    "level": st.sampled_from(Level),
    "choice": st.sampled_from(["a", "b"]),
    "texts": st.sets(text, max_size=3),
    "numbers": st.frozensets(exact, max_size=3),
    "blobs": st.sets(st.binary(max_size=3), max_size=2),
    "days": st.sets(st.dates(), max_size=2),
    "wholes": st.lists(st.integers(-(10**38) + 1, 10**38 - 1), max_size=3),
    "exacts": st.lists(exact, max_size=3),
    "pairs": st.lists(floats, max_size=3).map(tuple),
    "amounts": st.dictionaries(text, exact, max_size=3),
    "leaves": st.lists(leaves, max_size=2),
    "table": st.dictionaries(text, st.lists(leaves, max_size=2), max_size=2),
    "node": st.none() | nodes,
    "absent": st.none() | st.integers(0, 9),
    "null": st.none() | st.integers(0, 9),
    "required": st.none() | text,
}
EVERYTHING = {
    **CERTAIN,
    "union": st.none() | st.integers(-9, 9) | text | st.binary(max_size=3),
    "nested": leaves | st.lists(leaves, max_size=2) | st.integers(0, 9),
    "mixed": st.tuples(st.integers(0, 9), text, st.none() | st.sets(text, min_size=1, max_size=2)),
    "maybe": st.lists(st.none() | exact, max_size=2),
    "by_number": st.dictionaries(st.integers(-9, 9), text, max_size=2),
    "period": st.timedeltas(),
    "anything": plain,
}
# Each type that a generated model may use, with its values.
TYPES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (str, text),
    (int, CERTAIN["whole"]),
    (Decimal, exact),
    (float, floats),
    (bool, st.booleans()),
    (bytes, st.binary(max_size=3)),
    (datetime, moments),
    (date, st.dates()),
    (time, clocks),
    (timedelta, st.timedeltas()),
    (UUID, st.uuids()),
    (Color, st.sampled_from(Color)),
    (Leaf, leaves),
    (Node, nodes),
    (set[str], st.sets(text, max_size=2)),
    (frozenset[Decimal], st.frozensets(exact, max_size=2)),
]
Typed = tuple[Any, st.SearchStrategy[Any]]


LIST: Any = list
MAP: Any = dict
TUPLE: Any = tuple


def wider(inner: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    """Types made of others: optional, lists, maps, tuples."""
    return st.one_of(
        inner.filter(has_no_set).map(lambda one: (one[0] | None, st.none() | one[1])),
        inner.map(lambda one: (LIST[one[0]], st.lists(one[1], max_size=2))),
        inner.map(lambda one: (MAP[str, one[0]], st.dictionaries(text, one[1], max_size=2))),
        inner.map(lambda one: (TUPLE[one[0], ...], st.lists(one[1], max_size=2).map(tuple))),
    )


def has_no_set(one: Typed) -> bool:
    """An empty set that may be None reads as its default, which is None (design §2)."""
    return "set[" not in str(one[0])


types = st.recursive(st.sampled_from(TYPES), wider, max_leaves=3)


@st.composite
def generated(draw: st.DrawFn) -> Model:
    """A value of a model that was made up for it."""
    chosen = draw(st.lists(types, min_size=1, max_size=3))
    fields: dict[str, Any] = {f"f{i}": (one[0], ...) for i, one in enumerate(chosen)}
    model: Any = create_model("Generated", __base__=Model, key=(str, ...), **fields)
    return model(key="k", **{f"f{i}": draw(one[1]) for i, one in enumerate(chosen)})  # type: ignore[no-any-return]  # of a made-up class


def codec_of(model: type[Model]) -> TableCodec:
    return TableCodec(describe(Table("Examples", model, partition="key")))


def types_in(value: Any) -> Any:
    """The types of a value and of all inside it, with sets in no order."""
    if isinstance(value, BaseModel):
        return type(value), types_in(value.__dict__)
    if isinstance(value, dict):
        return dict, {key: types_in(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [types_in(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return type(value), {type(inner) for inner in value}
    return datetime if isinstance(value, datetime) else type(value)


def assert_same(read: Model, written: Model) -> None:
    assert read == written
    assert types_in(read) == types_in(written)


def assert_reads_back_every_way(codec: TableCodec, written: Model) -> None:
    item = codec.encode(written)
    assert_same(codec.decode(item), written)
    text = to_json(item)
    assert from_json(text) == item
    reader = ItemDecoder(codec, View())
    assert_same(reader.item(from_json(text)), written)
    assert_same(reader.text(text), written)
    first, second = reader.texts([text, text])
    assert_same(first, written)
    assert_same(second, written)


CERTAIN_CODEC = codec_of(Certain)
EVERYTHING_CODEC = codec_of(Everything)


def test_only_certain_types_are_read_the_fast_way() -> None:
    assert is_plain_json(Certain)
    assert not is_plain_json(Everything)


@given(st.fixed_dictionaries(CERTAIN))
def test_certain_types_read_back_every_way(values: dict[str, Any]) -> None:
    assert_reads_back_every_way(CERTAIN_CODEC, Certain(**values))


@settings(max_examples=50)
@given(st.fixed_dictionaries(EVERYTHING))
def test_everything_reads_back_every_way(values: dict[str, Any]) -> None:
    assert_reads_back_every_way(EVERYTHING_CODEC, Everything(**values))


@settings(max_examples=50)
@given(generated())
def test_a_generated_model_reads_back_every_way(value: Model) -> None:
    assert_reads_back_every_way(codec_of(type(value)), value)


@given(st.lists(exact, min_size=1, max_size=4))
def test_decimals_are_exact_on_the_fast_way(numbers: list[Decimal]) -> None:
    model: Any = create_model(
        "Numbers", __base__=Model, key=(str, ...), exacts=(list[Decimal], ...)
    )
    codec = codec_of(model)
    text = to_json(codec.encode(model(key="k", exacts=numbers)))
    assert ItemDecoder(codec, View()).text(text).exacts == numbers


@pytest.mark.parametrize("levels", [1, 31, 32])
def test_nested_lists_and_maps_read_back(levels: int) -> None:
    model: Any = create_model("Deep", __base__=Model, key=(str, ...), value=(Any, ...))
    value: Any = "x"
    for level in range(levels):
        value = [value] if level % 2 else {"$n": value}
    assert depth(value) == levels
    assert_reads_back_every_way(codec_of(model), model(key="k", value=value))


@pytest.mark.parametrize(
    "field", [("text", "\ud800"), ("texts", {"\udfff"}), ("amounts", {"\ud800": 1})]
)
def test_half_a_surrogate_pair_is_refused(field: tuple[str, Any], tmp_path: Any) -> None:
    import trueup

    values = {**MINIMAL, field[0]: field[1]}
    layer = trueup.Layer(
        "app", target="sqlite", tables=[table := Table("Examples", Certain, partition="key")]
    )
    with trueup.connect(f"sqlite:///{tmp_path}/a.db", layer) as db:
        db.create_tables()
        with pytest.raises(InvalidCall) as caught:
            db.repository(table).put(Certain.model_construct(**values))
    assert caught.value.code is ErrorCode.INVALID_TEXT


NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
MINIMAL: dict[str, Any] = dict(
    Certain(
        part="a",
        other_part=1,
        text="",
        whole=0,
        exact=Decimal(0),
        approximate=0.0,
        yes=False,
        raw=b"",
        instant=NOON,
        second=NOON,
        day=NOON.date(),
        clock=NOON.time(),
        id=UUID(int=0),
        color=Color.RED,
        level=Level.LOW,
        choice="a",
        texts=set(),
        required=None,
    )
)


def with_unknown(item: Item, names: list[str], value: Any) -> Item:
    """The item with attributes that no model knows, at every level."""
    grown: Item = {}
    for name, inner in item.items():
        if isinstance(inner, dict) and name in ("node", "leaf"):
            grown[name] = with_unknown(inner, names, value)
        elif isinstance(inner, list) and name in ("leaves", "children"):
            grown[name] = [
                with_unknown(one, names, value) if isinstance(one, dict) else one for one in inner
            ]
        else:
            grown[name] = inner
    return {**grown, **dict.fromkeys(names, value)}


@settings(max_examples=50)
@given(
    st.lists(leaves, max_size=2),
    st.none() | nodes,
    st.lists(st.sampled_from(["new", "newer", "$new"]), min_size=1, unique=True),
    plain.filter(lambda value: value is not None) | st.frozensets(exact, min_size=1, max_size=2),
)
def test_unknown_attributes_are_written_back(
    leaves: list[Leaf], node: Node | None, names: list[str], value: Any
) -> None:
    written = Certain.model_validate({**MINIMAL, "leaves": leaves, "node": node})
    item = with_unknown(CERTAIN_CODEC.encode(written), names, value)
    read = ItemDecoder(CERTAIN_CODEC, View()).text(to_json(item))
    assert CERTAIN_CODEC.encode(read) == item


@pytest.mark.parametrize(
    ("key", "shard"),
    [
        (["a"], 2),
        (["a", 1], 7),
        ([b"a"], 2),
        ([1], 4),
        ([10**37], 0),
        (["ü", Decimal("1.5")], 8),
        (["\U0001fae8"], 4),  # a character that Python 3.11 does not know, and 3.12 does
    ],
)
def test_a_shard_is_the_same_for_ever(key: list[Any], shard: int) -> None:
    assert shard_number(key, 10) == shard


def test_shards_are_even() -> None:
    counts = [0] * 8
    for number in range(8000):
        counts[shard_number([f"order-{number}", number], 8)] += 1
    assert max(counts) - min(counts) < 200
