"""Values of declared types are read back equal, or refused before they are stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, JsonValue, PlainSerializer

from ....errors import ConditionFailed, ErrorCode, NotFound
from ....expressions import at
from ....model import ExpiresAt, Model, Table
from ..harness.contract import Contract
from ..harness.refusals import refused

NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


class Loose(BaseModel):
    """A model that keeps undeclared fields."""

    model_config = ConfigDict(extra="allow")


class Document(Model):
    """Fields whose types do not say what they hold."""

    id: str
    json_value: JsonValue = None
    anything: Any = None
    named: dict[str, Any] = Field(default_factory=dict)
    bare: dict = Field(default_factory=dict)  # type: ignore[type-arg]  # that is the point
    listed: list | None = None  # type: ignore[type-arg]  # see above
    either: list[JsonValue] | dict[str, JsonValue] | None = None
    loose: Loose = Loose()
    state: Literal["open", "shut"] = "open"
    number: Annotated[int, Field(ge=0)] = 0
    raw: bytes = b""
    tags: set[str] | None = None
    cents: Annotated[float, PlainSerializer(lambda value: int(value * 100))] = 0
    expires_at: ExpiresAt | None = None


DOCUMENTS = Table("Documents", Document, partition="id", ttl="expires_at")
FRACTIONS: dict[str, Any] = {"price": 1.5, "rates": [0.1, {"deep": 1e-7}], "whole": 2.0, "n": 3}


@pytest.mark.fault("F4")
@pytest.mark.parametrize("value", [1.5, FRACTIONS, [FRACTIONS, "text", None, True]])
async def test_json_value_with_fractions_reads_back(contract: Contract, value: JsonValue) -> None:
    documents = await contract.repository(DOCUMENTS)
    written = Document(id="a", json_value=value)
    await documents.put(written)
    assert await documents.get("a") == written
    assert await documents.scan().all() == [written]


@pytest.mark.fault("F5")
async def test_fractions_of_no_declared_type_read_back_as_floats(contract: Contract) -> None:
    documents = await contract.repository(DOCUMENTS)
    written = Document(
        id="a",
        anything=0.1,
        named={"p": 0.1, "all": FRACTIONS},
        bare=FRACTIONS,
        listed=[0.1, FRACTIONS],
        either=[0.1],
        loose=Loose.model_validate({"p": 0.1}),
    )
    await documents.put(written)
    read = await documents.get("a")
    assert read is not None
    assert read == written
    assert json.loads(read.model_dump_json()) == json.loads(written.model_dump_json())


@pytest.mark.fault("F6")
async def test_expiry_at_the_end_of_time_reads_back(contract: Contract) -> None:
    documents = await contract.repository(DOCUMENTS)
    written = Document(id="a", expires_at=NEVER)
    await documents.put(written)
    assert await documents.get("a") == written
    await documents.update("a", at(Document.expires_at).assign(NEVER.replace(second=0)))
    assert await documents.scan().all() == [Document(id="a", expires_at=NEVER.replace(second=0))]


UNCHECKED: dict[str, tuple[dict[str, Any], ErrorCode]] = {
    "of another type": ({"state": 5}, ErrorCode.WRONG_TYPE),
    "not among the choices": ({"state": "ajar"}, ErrorCode.WRONG_TYPE),
    "beyond a constraint": ({"number": -1}, ErrorCode.INVALID_VALUE),
    "a text for a number": ({"number": "1"}, ErrorCode.WRONG_TYPE),
    "a number for bytes": ({"raw": 3}, ErrorCode.WRONG_TYPE),
    "a number that would take all memory": ({"raw": 10**12}, ErrorCode.WRONG_TYPE),
    "numbers for bytes": ({"raw": [-1]}, ErrorCode.WRONG_TYPE),
    "a map for a model": ({"loose": {}}, ErrorCode.WRONG_TYPE),
    "none": ({"number": None}, ErrorCode.WRONG_TYPE),
    "changed by its serializer": ({"cents": 1.5}, ErrorCode.INVALID_VALUE),
}


@pytest.mark.fault("F7")
@pytest.mark.parametrize("name", UNCHECKED)
@pytest.mark.parametrize(
    "made",
    [
        lambda values: Document(id="a").model_copy(update=values),
        lambda values: Document.model_construct(id="a", **values),
    ],
    ids=["copied", "constructed"],
)
async def test_value_that_would_not_read_back_is_refused(
    contract: Contract, name: str, made: Callable[[dict[str, Any]], Document]
) -> None:
    documents = await contract.repository(DOCUMENTS)
    values, code = UNCHECKED[name]
    with refused(code) as refusal:
        await documents.put(made(values))
    assert refusal.says(*values)
    assert await documents.get("a") is None


@pytest.mark.fault("F7")
async def test_update_that_would_not_read_back_is_refused(contract: Contract) -> None:
    documents = await contract.repository(DOCUMENTS)
    await documents.put(Document(id="a"))
    with refused(ErrorCode.INVALID_VALUE):
        await documents.update("a", at(Document.cents).assign(1.5))
    assert await documents.get("a") == Document(id="a")


@pytest.mark.fault("F9")
async def test_empty_set_that_may_be_none_reads_back_empty(contract: Contract) -> None:
    documents = await contract.repository(DOCUMENTS)
    await documents.put(Document(id="a", tags=set()))
    assert await documents.get("a") == Document(id="a", tags=set())
    await documents.update("a", at(Document.tags).assign({"x"}))
    await documents.update("a", at(Document.tags).assign(set()))
    assert await documents.get("a") == Document(id="a", tags=set())


class Holder(Model):
    """Sets in other places than fields of the item."""

    id: str
    named: dict[str, set[str]] = Field(default_factory=dict)
    listed: list[frozenset[int]] = Field(default_factory=list)
    maybe: set[str] | None = None
    n: int = 0


HOLDERS = Table("Holders", Holder, partition="id")
EMPTY = Holder(id="a", named={"x": set()}, listed=[frozenset(), frozenset({1})], maybe=set())


@pytest.mark.fault("F8")
async def test_elements_are_added_to_empty_sets_anywhere(contract: Contract) -> None:
    holders = await contract.repository(HOLDERS)
    await holders.put(EMPTY)
    await holders.update(
        "a",
        at(Holder.named["x"]).add_to_set("z"),
        at(Holder.listed[0]).add_to_set(2, 3),
        at(Holder.maybe).add_to_set("m"),
        at(Holder.n).add(1),
    )
    assert await holders.get("a") == Holder(
        id="a", named={"x": {"z"}}, listed=[frozenset({2, 3}), frozenset({1})], maybe={"m"}, n=1
    )


@pytest.mark.fault("F8")
async def test_sets_stay_where_they_are_without_their_last_element(contract: Contract) -> None:
    holders = await contract.repository(HOLDERS)
    await holders.put(
        Holder(id="a", named={"x": {"z"}}, listed=[frozenset({2}), frozenset({1})], maybe={"m"})
    )
    for _ in range(2):  # the second time there is nothing to remove
        await holders.update(
            "a",
            at(Holder.named["x"]).remove_from_set("z", "y"),
            at(Holder.listed[0]).remove_from_set(2),
            at(Holder.maybe).remove_from_set("m"),
        )
        assert await holders.get("a") == EMPTY


@pytest.mark.fault("F8")
async def test_elements_are_added_after_an_empty_set_was_assigned(contract: Contract) -> None:
    holders = await contract.repository(HOLDERS)
    await holders.put(Holder(id="a", named={"x": {"z"}}))
    await holders.update("a", at(Holder.named["x"]).assign(set()))
    await holders.update("a", at(Holder.named["x"]).add_to_set("y"))
    await holders.update("a", at(Holder.named["new"]).add_to_set("y"))
    assert await holders.get("a") == Holder(id="a", named={"x": {"y"}, "new": {"y"}})


@pytest.mark.fault("F8")
async def test_condition_of_the_caller_is_kept_for_sets_anywhere(contract: Contract) -> None:
    holders = await contract.repository(HOLDERS)
    await holders.put(EMPTY)
    for change in (
        at(Holder.named["x"]).add_to_set("z"),
        at(Holder.named["x"]).remove_from_set("z"),
    ):
        with refused(ConditionFailed):
            await holders.update("a", change, only_if=Holder.n == 5)
        with refused(NotFound):
            await holders.update("b", change)
    assert await holders.get("a") == EMPTY


@pytest.mark.fault("F8")
async def test_transaction_takes_no_element_out_of_a_set_that_must_stay(
    contract: Contract,
) -> None:
    database = await contract.database(HOLDERS)
    holders = database.repository(HOLDERS)
    await holders.put(Holder(id="a", named={"x": {"z"}}))
    with refused(ErrorCode.INVALID_UPDATE) as refusal:
        async with database.transaction() as transaction:
            transaction.update(HOLDERS, "a", at(Holder.named["x"]).remove_from_set("z"))
    assert refusal.says("named.x", "assign the whole set")
    assert await holders.get("a") == Holder(id="a", named={"x": {"z"}})


@pytest.mark.fault("F8")
async def test_empty_sets_are_found_anywhere(contract: Contract) -> None:
    holders = await contract.repository(HOLDERS)
    await holders.put(EMPTY)
    for condition in (
        Holder.named["x"] == set(),
        at(Holder.listed[0]).is_in(frozenset(), frozenset({7})),
        Holder.maybe == set(),
        Holder.maybe != {"m"},
        at(Holder.maybe).exists(),
    ):
        assert await holders.scan(filter=condition).all() == [EMPTY]
