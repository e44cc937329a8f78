"""What is proven to read back equal does: the trial agrees, whatever a value holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntFlag, StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    create_model,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)

from tests.property.test_codec import (
    CERTAIN,
    Color,
    Leaf,
    Level,
    Node,
    exact,
    floats,
    leaves,
    nodes,
    text,
)
from trueup import ExpiresAt, Model, Table, Version, WholeSeconds, composed, stored_as
from trueup.errors import NOWHERE, InvalidCall
from trueup.model.description.check import describe
from trueup.model.translation.codec import TableCodec, compose
from trueup.model.translation.encode import encode_record, field_codecs
from trueup.model.translation.read_back import try_reading
from trueup.model.translation.read_back_proof import proof_of

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


class Usual(Model, names="camelCase"):
    """Every type that needs no trial."""

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
    aware: AwareDatetime
    second: WholeSeconds
    expiry: ExpiresAt | None = None
    day: date
    id: UUID
    color: Color
    level: Level
    choice: Literal["a", "b"]
    texts: set[str] = set()
    blobs: set[bytes] = set()
    wholes: list[int] = []
    maybe: list[Decimal | None] = []
    amounts: dict[str, Decimal] = {}
    leaves: list[Leaf] = []
    table: dict[str, list[Leaf]] = {}
    node: Node | None = None
    absent: int | None = None
    null: int | None = 5
    required: str | None
    version: Version = 0


USUAL = {name: CERTAIN[name] for name in Usual.model_fields if name in CERTAIN} | {
    "aware": CERTAIN["instant"],
    "maybe": st.lists(st.none() | exact, max_size=2),
    "version": st.integers(0, 9),
}
SURE: dict[str, st.SearchStrategy[Any]] = {
    "texts": st.sets(text, min_size=1, max_size=2),
    "blobs": st.sets(st.binary(max_size=3), min_size=1, max_size=2),
    "leaves": st.just([]),
    "table": st.just({}),
    "node": st.none(),
    "null": st.integers(0, 9),
}
ODD = st.one_of(
    *USUAL.values(),
    *(st.none(), st.just(float("nan")), st.just(True), st.just(-1), st.just("\ud800"), floats),
    *(leaves, nodes, st.just(NOON.replace(microsecond=1)), st.just(NOON.replace(tzinfo=None))),
    *(st.just(["a", 1]), st.just({1: Decimal(1)}), st.just({"a", 1}), st.just(time(1))),
    *(st.just([Leaf.model_construct(number=1, words={"a"})]), st.just(Leaf.model_construct())),
)
CODEC = TableCodec(describe(Table("Examples", Usual, partition="key")))


def is_proven(value: Model) -> bool:
    return proof_of(type(value))(value)


@given(st.fixed_dictionaries({**USUAL, **SURE}))
def test_the_usual_value_needs_no_trial(values: dict[str, Any]) -> None:
    value = Usual(**values)
    assert is_proven(value)
    try_reading(value, CODEC.encode(value), NOWHERE)


@settings(max_examples=300)
@given(
    st.fixed_dictionaries({**USUAL, **SURE}),
    st.dictionaries(st.sampled_from(sorted(Usual.model_fields)), ODD, min_size=1, max_size=2),
    st.booleans(),
)
def test_what_is_proven_reads_back(
    values: dict[str, Any], odd: dict[str, Any], is_copied: bool
) -> None:
    value = Usual(**values)
    made = {**value.__dict__, **odd}
    value = value.model_copy(update=odd) if is_copied else Usual.model_construct(**made)
    try:
        item = encode_record(value)
        (composer,) = [codec for codec in field_codecs(Usual) if codec.template]
        compose(composer, item, {one.name: one.attribute for one in field_codecs(Usual)})
    except InvalidCall:
        return  # refused before it is asked whether it reads back
    # Each engine refuses half of a surrogate pair itself.
    if is_proven(value) and not any("\ud800" in str(one) for one in odd.values()):
        try_reading(value, item, NOWHERE)


class Flags(IntFlag):
    A = 1
    B = 2


class Mixed(Enum):
    TEXT = "a"
    NUMBER = 1


class Short(StrEnum):
    A = "a"


class Refusing(BaseModel):
    """A nested model with a validator."""

    a: int = 1

    @model_validator(mode="after")
    def check(self) -> Refusing:
        return self


class Stripped(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    a: str = " "


class Keyed(BaseModel):
    """A nested composed attribute, which nothing rebuilds."""

    a: str = "a"
    key: str = "a"


class Composing(Model):
    a: str = "a"
    key: str = composed("{a}")


class Dumped(BaseModel):
    a: int = 1

    @model_serializer
    def dump(self) -> dict[str, Any]:
        return {"a": 2}


class Begun(BaseModel):
    """A model that changes what it was given once it is made."""

    a: int = 1

    def model_post_init(self, context: Any) -> None:
        self.__dict__["a"] = 2


class Initialised(BaseModel):
    a: int = 1

    def __init__(self, **values: Any) -> None:
        super().__init__(a=2)


DOUBTFUL: dict[str, tuple[Any, Any]] = {
    "a text of some length": (Annotated[str, Field(max_length=3)], "abcd"),
    "a text of a pattern": (Annotated[str, Field(pattern="^a$")], "b"),
    "a number below another": (Annotated[int, Field(lt=5)], 5),
    "a number above another": (Annotated[float, Field(ge=5)], 4.0),
    "a decimal of some digits": (Annotated[Decimal, Field(max_digits=2)], Decimal("1.23")),
    "a validator": (Annotated[int, AfterValidator(lambda value: value + 1)], 1),
    "a serializer": (Annotated[int, PlainSerializer(lambda value: value + 1)], 1),
    "a list of some length": (Annotated[list[int], Field(max_length=1)], [1, 2]),
    "a map of some length": (Annotated[dict[str, int], Field(min_length=1)], {}),
    "a map with short keys": (dict[Annotated[str, Field(max_length=1)], int], {"ab": 1}),
    "a set of instants": (set[datetime], {NOON}),
    "a flag of two members": (Flags, Flags.A | Flags.B),
    "an enum of texts and numbers": (Mixed, Mixed.TEXT),
    "any value": (Any, 1.5),
    "a tuple": (tuple[int, int], (1, 2)),
    "a union": (int | str, 1),
    "a time": (time, time(1)),
    "a model with a validator": (Refusing, Refusing()),
    "a model that strips texts": (Stripped, Stripped.model_construct(a=" ")),
    "a model with a serializer": (Dumped, Dumped()),
    "a model that changes itself": (Begun, Begun.model_construct(a=1)),
    "a model with its own constructor": (Initialised, Initialised.model_construct(a=1)),
    "a composed attribute inside": (Composing, Composing.model_construct(a="a", key="b")),
    "a constrained element": (list[Annotated[int, Field(lt=5)]], [5]),
    "a model of another class": (Keyed, Composing()),
    "a text for an enum": (Short, "a"),
    "another choice": (Literal["a", "b"], "c"),
    "a number for a choice": (Literal["1"], 1),
    "a fraction of a second": (WholeSeconds, NOON.replace(microsecond=1)),
    "a fraction of an expiry": (ExpiresAt, NOON.replace(microsecond=1)),
    "a version below zero": (Version, -1),
    "an empty set": (set[str], set()),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_may_read_back_otherwise_is_tried(name: str) -> None:
    annotation, doubtful = DOUBTFUL[name]
    model: Any = create_model("Doubtful", __base__=Model, id=(str, ...), value=(annotation, ...))
    assert not is_proven(model.model_construct(id="a", value=doubtful))


def test_missing_and_additional_attributes_are_tried() -> None:
    whole: Any = create_model("Whole", __base__=Model, id=(str, ...), maybe=(int | None, ...))
    assert is_proven(whole(id="a", maybe=None))
    assert not is_proven(whole.model_construct(id="a"))
    more = whole.model_validate({"id": "a", "maybe": None, "more": 1}, extra="allow")
    assert not is_proven(more)


def test_none_is_tried_if_its_absence_means_another_value() -> None:
    model: Any = create_model("Five", __base__=Model, id=(str, ...), five=(int | None, 5))
    assert is_proven(model(id="a", five=1))
    assert not is_proven(model(id="a", five=None))


class Checked(Model):
    id: str

    @field_validator("id")
    @classmethod
    def check(cls, value: str) -> str:
        return value.upper()


class Dressed(Model):
    id: str

    @field_serializer("id")
    def dress(self, value: str) -> str:
        return f"<{value}>"


class Related(Model):
    id: str

    @model_validator(mode="after")
    def check(self) -> Related:
        return self


@pytest.mark.parametrize("model", [Checked, Dressed, Related])
def test_models_with_code_of_their_own_are_tried(model: type[Any]) -> None:
    assert not is_proven(model(id="a"))
