"""Whatever a declared type accepts is read back equal, or refused before it is stored.

Models are drawn from a grammar of annotations. Each is refused by `Layer`, or its items are: where
neither happens, they are read back, found by their values, and changed field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, IntFlag, StrEnum
from ipaddress import IPv4Address
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, NamedTuple, NewType, TypeAlias, Union
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    Base64Bytes,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Json,
    JsonValue,
    PlainSerializer,
    PlainValidator,
    RootModel,
    SecretStr,
    ValidationError,
    create_model,
)
from typing_extensions import TypeAliasType, TypedDict

from trueup import (
    Database,
    DeclarationError,
    ExpiresAt,
    Layer,
    Model,
    Table,
    TrueupError,
    WholeSeconds,
    at,
    connect,
)
from trueup.testing.cleanup import drop_tables

EAST = timezone(timedelta(hours=5, minutes=45))


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Word(StrEnum):
    ONE = "one"
    TWO = "two"


class Mixed(Enum):
    TEXT = "1"
    NUMBER = 1
    NONE = None


class Rate(Enum):
    HALF = 0.5
    TENTH = 0.1


class Pairs(Enum):
    ONE = (1, 2)


class Rights(IntFlag):
    READ = 1
    WRITE = 2


class Part(BaseModel):
    size: Decimal
    words: set[str]
    note: str | None = "n"
    more: Any = None


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    names: frozenset[str] = frozenset()


class Puppy(Dog):
    age: int = 0


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")
    declared: int = 0


class Words(RootModel[set[str]]):
    pass


class Listing(RootModel[dict[str, float | None]]):
    pass


@dataclass
class Point:
    x: int
    y: Any = None


class Options(TypedDict, total=False):
    deep: bool
    body: JsonValue


class Pair(NamedTuple):
    left: float
    right: Any


class Opaque:
    """Compared by identity."""

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise ValueError("not a text")
        self.text = text


Sku = NewType("Sku", str)
Alias = TypeAliasType("Alias", "dict[str, Alias] | list[Alias] | float | str | None")
Opaques = Annotated[
    Opaque,
    PlainSerializer(lambda value: value.text),
    PlainValidator(lambda value: value if isinstance(value, Opaque) else Opaque(value)),
]
Hex = Annotated[
    int,
    BeforeValidator(lambda value: int(value, 16) if isinstance(value, str) else value),
    PlainSerializer(hex),
]
Rounded = Annotated[float, PlainSerializer(lambda value: round(value, 1))]
Growing = Annotated[int, AfterValidator(lambda value: value + 1)]
Pet = Annotated[Cat | Dog, Discriminator("kind")]

Values: TypeAlias = st.SearchStrategy[Any]
Typed: TypeAlias = tuple[Any, Values]

texts = st.text(max_size=3) | st.sampled_from(["$n", "#", '"$b"', "\x00", "\U0001f600", "1", "red"])
names = st.text("ab$é", min_size=1, max_size=3)
integers = st.integers(-(10**38) + 1, 10**38 - 1) | st.integers(-2, 2)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-99, max_value=99)
floats = st.floats(-1e100, 1e100).filter(lambda value: value == 0 or abs(value) > 1e-100)
moments = st.datetimes(timezones=st.sampled_from([UTC, EAST]))
fractions = floats.filter(lambda value: abs(value) < 2**53)  # a larger one is whole: see the guide
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | fractions | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2),
    max_leaves=4,
)
parts = st.builds(
    Part, size=decimals, words=st.sets(texts, max_size=2), note=st.none() | texts, more=json_values
)
dogs = st.builds(Dog, names=st.frozensets(texts, max_size=2))
words = st.sets(texts, max_size=2)

SCALARS: list[Typed] = [
    (str, texts),
    (int, integers),
    (float, floats),
    (Decimal, decimals),
    (bool, st.booleans()),
    (bytes, st.binary(max_size=3)),
    (datetime, moments),
    (WholeSeconds, moments.map(lambda value: value.replace(microsecond=0))),
    (ExpiresAt, st.integers(10**10, 253_402_300_799).map(lambda s: datetime.fromtimestamp(s, UTC))),
    (timedelta, st.timedeltas()),
    (UUID, st.uuids()),
    (IPv4Address, st.ip_addresses(v=4)),
    (PurePosixPath, st.just(PurePosixPath("a/b"))),
    (Color, st.sampled_from(Color)),
    (Level, st.sampled_from(Level)),
    (Word, st.sampled_from(Word)),
    (Mixed, st.sampled_from(Mixed)),
    (Literal["a", "b"], st.sampled_from(["a", "b"])),
    (Literal[1, "1", True], st.sampled_from([1, "1", True])),
    (Sku, texts),
    (Annotated[int, Field(ge=0)], st.integers(0, 9)),
    (Annotated[str, Field(max_length=2)], st.text(max_size=2)),
    (Hex, st.integers(0, 10**9)),
]
OTHERS: list[Typed] = [
    (Rate, st.sampled_from(Rate)),
    (Pairs, st.sampled_from(Pairs)),
    (Rights, st.sampled_from([Rights.READ, Rights.READ | Rights.WRITE, Rights(0)])),
    (Rounded, floats),
    (Growing, st.integers(0, 9)),
    (SecretStr, texts.map(SecretStr)),
    (Base64Bytes, st.sampled_from([b"", b"dGV4dA=="])),
    (Json[list[float]], st.sampled_from(["[]", "[1, 0.5]"])),
    (Opaques, texts.map(Opaque)),
    (Any, json_values),
    (object, json_values),
    (JsonValue, json_values),
    (dict, st.dictionaries(names, json_values, max_size=2)),
    (list, st.lists(json_values, max_size=2)),
    (Alias, json_values.filter(lambda value: not isinstance(value, bool))),
    (Part, parts),
    (Dog, dogs | st.builds(Puppy)),
    (Pet, dogs | st.builds(Cat)),
    (Loose, st.dictionaries(names, json_values, max_size=2).map(Loose.model_validate)),
    (Words, words.map(Words)),
    (Listing, st.dictionaries(names, st.none() | floats, max_size=2).map(Listing)),
    (Point, st.builds(Point, st.integers(0, 9), json_values)),
    (Options, st.fixed_dictionaries({"deep": st.booleans(), "body": json_values})),
    (Pair, st.builds(Pair, floats, json_values)),
    (set[str], words),
    (frozenset[Decimal], st.frozensets(decimals, max_size=2)),
    (set[float], st.sets(floats, max_size=2)),
    (set[Color], st.sets(st.sampled_from(Color), max_size=2)),
    (set[bool], st.sets(st.booleans())),
    (set[Any], words),
    (set[tuple[int, int]], st.sets(st.tuples(st.integers(0, 1), st.integers(0, 1)), max_size=2)),
]
# As Python would write them, which checkers take for something else.
LIST: Any = list
MAP: Any = dict
TUPLE: Any = tuple
UNION: Any = Union


OPEN = (Any, object, JsonValue, dict, list, Alias, Part, Loose, Point, Options, Pair, set[Any])
"""What holds any value; a union with it is one, and takes values that it does not keep."""


def listed(one: Typed) -> Typed:
    return LIST[one[0]], st.lists(one[1], max_size=2)


def either(two: tuple[Typed, Typed]) -> Typed:
    return UNION[two[0][0], two[1][0]], two[0][1] | two[1][1]


def wider(inner: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    """Types made of others."""
    keys = st.sampled_from([(str, names), *SCALARS])
    closed = st.sampled_from([one for one in [*SCALARS, *OTHERS] if one[0] not in OPEN])
    member = closed | closed.map(listed)
    return st.one_of(
        inner.map(lambda one: (UNION[one[0], None], st.none() | one[1])),
        inner.map(listed),
        inner.map(lambda one: (TUPLE[one[0], ...], st.lists(one[1], max_size=2).map(tuple))),
        st.tuples(inner, inner).map(
            lambda two: (TUPLE[two[0][0], two[1][0]], st.tuples(two[0][1], two[1][1]))
        ),
        st.tuples(member, member).map(either),
        st.tuples(keys, inner).map(
            lambda two: (
                MAP[two[0][0], two[1][0]],
                st.dictionaries(two[0][1], two[1][1], max_size=2),
            )
        ),
    )


types = st.recursive(st.sampled_from([*SCALARS, *OTHERS]), wider, max_leaves=3)


@dataclass(frozen=True)
class Drawn:
    """A model that was made up, and values of its fields."""

    model: type[Any]
    fields: Mapping[str, Values]


@st.composite
def drawn_models(draw: st.DrawFn) -> Drawn:
    """A model of one to three fields."""
    declared: dict[str, Any] = {}
    values: dict[str, Values] = {}
    for number in range(draw(st.integers(1, 3))):
        annotation, some = draw(types)
        is_optional = draw(st.booleans())
        default = None if is_optional else ...
        declared[f"f{number}"] = (UNION[annotation, None] if is_optional else annotation, default)
        values[f"f{number}"] = st.none() | some if is_optional else some
    model = create_model("Drawn", __base__=Model, key=(str, ...), **declared)
    return Drawn(model, values)


Opened: TypeAlias = Callable[[Layer], Any]


@contextmanager
def on_sqlite(layer: Layer) -> Iterator[Database]:
    with connect("sqlite://", layer) as db:
        db.create_tables()
        yield db


def check(drawn: Drawn, data: st.DataObject, opened: Opened) -> None:
    note(f"{drawn.model.__annotations__}")
    table: Table[Any] = Table("Drawn", drawn.model, partition="key")
    try:
        layer = Layer("drawn", target="dynamodb", tables=[table])
    except DeclarationError as error:
        event("refused by Layer")
        if __file__.rsplit("/", 1)[-1] not in str(error):
            raise
        return
    with opened(layer) as db:
        check_items(drawn, data, db.repository(table))


def check_items(drawn: Drawn, data: st.DataObject, items: Any) -> None:
    given = {name: data.draw(values, name) for name, values in drawn.fields.items()}
    try:
        written = drawn.model(key="k", **given)
    except ValidationError:
        return
    try:
        items.put(written)
    except TrueupError as error:
        event(f"refused by put: {error.code.value}")
        assert items.get("k") is None
        return
    assert_same(items.get("k"), written)
    assert_same(items.scan().all()[0], written)
    for name in drawn.fields:
        check_filter(items, drawn.model, name, written)
        written = check_assigned(items, drawn, name, data, written)


def check_filter(items: Any, model: Any, name: str, written: Any) -> None:
    value = getattr(written, name)
    path = at(getattr(model, name))
    try:
        found = items.scan(filter=path.missing() if value is None else path == value).all()
    except TrueupError as error:
        event(f"refused by scan: {error.code.value}")
        return
    assert len(found) == 1
    assert_same(found[0], written)


def check_assigned(items: Any, drawn: Drawn, name: str, data: st.DataObject, written: Any) -> Any:
    value = data.draw(drawn.fields[name], f"another {name}")
    path = at(getattr(drawn.model, name))
    changed = written.model_copy()
    try:
        setattr(changed, name, value)
        items.update("k", path.assign(getattr(changed, name)))
    except ValidationError:
        return written
    except TrueupError as error:
        event(f"refused by update: {error.code.value}")
        changed = written
    read = items.get("k")
    assert_same(read, changed)
    return read


def assert_same(read: Any, written: Any) -> None:
    assert plain(read) == plain(written)


def plain(value: Any) -> Any:
    """A value without what a model keeps beside its fields, or what is compared by identity."""
    if isinstance(value, BaseModel):
        fields = {name: plain(getattr(value, name)) for name in type(value).model_fields}
        return type(value), fields
    if isinstance(value, Opaque):
        return Opaque, value.text
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, tuple):
        return type(value), tuple(plain(inner) for inner in value)
    return value


@settings(max_examples=600, suppress_health_check=list(HealthCheck))
@given(drawn_models(), st.data())
def test_what_a_type_accepts_reads_back_or_is_refused(drawn: Drawn, data: st.DataObject) -> None:
    check(drawn, data, on_sqlite)


@pytest.fixture
def on_dynamodb(dynamodb_url: str) -> Iterator[Opened]:
    prefix = f"trueup-annotations-{uuid4().hex[:12]}-"

    @contextmanager
    def opened(layer: Layer) -> Iterator[Database]:
        names = f"{prefix}{uuid4().hex[:12]}-{{table}}"
        with connect(dynamodb_url, layer, table_names=names) as db:
            db.create_tables()
            yield db

    try:
        yield opened
    finally:
        drop_tables(dynamodb_url, prefix)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(drawn_models(), st.data())
def test_they_do_on_dynamodb(on_dynamodb: Opened, drawn: Drawn, data: st.DataObject) -> None:
    check(drawn, data, on_dynamodb)
