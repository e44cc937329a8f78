"""Edits: `modify` and `save` write what differs, and only onto what was read."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import Field

from ....errors import ConditionFailed, ErrorCode, NotFound, VersionConflict
from ....expressions import at
from ....model import CreatedAt, Index, Model, Table, UpdatedAt, composed
from ....repository import AsyncRepository
from ....resilience import RetryPolicy
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import DOCUMENTS, Document

QUICK = RetryPolicy(retries=2, first_pause_s=0.0)


class Basket(Model, names="camelCase"):
    """An item without a version, with every kind of attribute that an edit can meet."""

    id: str
    owner: str = "nobody"
    total: int = 0
    tags: set[str] = Field(default_factory=set)
    lines: list[dict[str, int]] = Field(default_factory=list)
    rest: dict[str, str] = Field(default_factory=dict)
    note: str | None = None
    paid: bool = False
    made_at: CreatedAt | None = None
    changed_at: UpdatedAt | None = None
    place: str = composed("of#{owner}#{total:4}")


BASKETS = Table(
    "Baskets", Basket, partition="id", indexes=[Index("ByOwner", partition="owner", sort="place")]
)


async def filled(contract: Contract) -> AsyncRepository[Basket]:
    """A repository with one basket."""
    baskets = await contract.repository(BASKETS)
    await baskets.create(Basket(id="a", owner="ada", total=1, tags={"x"}, lines=[{"n": 1}]))
    return baskets


async def stored(baskets: AsyncRepository[Basket]) -> Basket:
    """The basket."""
    return await baskets.require("a")


@pytest.mark.every_wire
async def test_modify_writes_what_the_function_returns(contract: Contract) -> None:
    baskets = await filled(contract)
    contract.clock.advance(9)
    before = await stored(baskets)
    after = await baskets.modify(
        "a", lambda basket: basket.model_copy(update={"total": basket.total + 1, "tags": set()})
    )
    assert after == await stored(baskets)
    assert (after.total, after.tags, after.place) == (2, set(), "of#ada#0002")
    assert after.made_at == before.made_at
    assert after.changed_at == contract.clock.after(0)
    found = await baskets.query("ada", index="ByOwner").all()
    assert [one.place for one in found] == ["of#ada#0002"]


async def test_modify_writes_what_the_function_changed_in_place(contract: Contract) -> None:
    baskets = await filled(contract)

    async def add_line(basket: Basket) -> None:
        basket.lines.append({"n": 2})
        basket.rest["k"] = "v"

    after = await baskets.modify("a", add_line)
    assert after.lines == [{"n": 1}, {"n": 2}]
    assert (await stored(baskets)).rest == {"k": "v"}


async def test_modify_that_changes_nothing_writes_nothing(contract: Contract) -> None:
    db, sent = await contract.recorded(BASKETS)
    baskets = db.repository(BASKETS)
    await baskets.create(Basket(id="a"))
    contract.clock.advance(9)
    sent.clear()
    same = await baskets.modify("a", lambda basket: basket)
    assert len(sent) == 1
    assert same == await stored(baskets)


async def test_modify_begins_anew_if_others_were_faster(contract: Contract) -> None:
    baskets = await filled(contract)
    seen: list[int] = []

    async def add(basket: Basket) -> Basket:
        seen.append(basket.total)
        if len(seen) == 1:
            await baskets.update("a", at(Basket.total).assign(10), at(Basket.owner).assign("ada"))
        return basket.model_copy(update={"total": basket.total + 1})

    after = await baskets.modify("a", add, retries=QUICK)
    assert (seen, after.total) == ([1, 10], 11)


async def test_modify_sees_changes_of_what_it_does_not_write(contract: Contract) -> None:
    baskets = await filled(contract)
    notes: list[str | None] = []

    async def pay(basket: Basket) -> Basket:
        notes.append(basket.note)
        if len(notes) == 1:
            await baskets.update("a", at(Basket.note).assign("wait"))
        return basket.model_copy(update={"paid": basket.note is None})

    after = await baskets.modify("a", pay, retries=QUICK)
    assert (notes, after.paid) == ([None, "wait"], False)


@pytest.mark.every_wire
async def test_modify_of_a_versioned_item_loses_no_write(contract: Contract) -> None:
    documents = await contract.repository(DOCUMENTS)
    await documents.create(Document(id="a", title="1"))
    runs = 0

    async def extend(document: Document) -> Document:
        nonlocal runs
        runs += 1
        if runs == 1:
            await documents.update(document, at(Document.title).assign("2"))
        return document.model_copy(update={"title": document.title + "!"})

    after = await documents.modify("a", extend, retries=QUICK)
    assert (after.title, after.edition) == ("2!", 3)


async def test_modify_gives_up_if_others_are_always_faster(contract: Contract) -> None:
    baskets = await filled(contract)
    runs = 0

    async def add(basket: Basket) -> Basket:
        nonlocal runs
        runs += 1
        await baskets.update("a", at(Basket.note).assign(str(runs)))
        return basket.model_copy(update={"paid": True})

    with refused(ConditionFailed):
        await baskets.modify("a", add, retries=QUICK)
    assert runs == 3
    assert not (await stored(baskets)).paid


async def test_modify_of_a_missing_item_is_refused(contract: Contract) -> None:
    baskets = await contract.repository(BASKETS)
    with refused(NotFound):
        await baskets.modify("a", lambda basket: basket)


async def test_function_that_raises_leaves_the_item_alone(contract: Contract) -> None:
    baskets = await filled(contract)

    async def stop(basket: Basket) -> Basket:
        basket.lines.clear()
        raise LookupError

    with pytest.raises(LookupError):
        await baskets.modify("a", stop)
    assert (await stored(baskets)).lines == [{"n": 1}]


@pytest.mark.every_wire
async def test_saves_of_different_attributes_are_both_kept(contract: Contract) -> None:
    baskets = await filled(contract)
    read = await stored(baskets)
    one = await baskets.save(read.model_copy(update={"paid": True}), read=read)
    other = await baskets.save(read.model_copy(update={"note": "n", "tags": set()}), read=read)
    assert one.paid
    assert other == await stored(baskets)
    assert (other.paid, other.note, other.tags) == (True, "n", set())


async def test_save_over_what_others_changed_is_refused(contract: Contract) -> None:
    baskets = await filled(contract)
    read = await stored(baskets)
    await baskets.update("a", at(Basket.note).assign("theirs"))
    with refused(ConditionFailed):
        await baskets.save(read.model_copy(update={"note": "ours"}), read=read)
    assert (await stored(baskets)).note == "theirs"


@pytest.mark.every_wire
async def test_save_of_a_versioned_item_checks_the_version(contract: Contract) -> None:
    documents = await contract.repository(DOCUMENTS)
    await documents.create(Document(id="a", title="1"))
    read = await documents.require("a")
    second = await documents.save(read.model_copy(update={"title": "2"}), read=read)
    assert (second.title, second.edition) == ("2", 2)
    with refused(VersionConflict):
        await documents.save(read.model_copy(update={"title": "3"}), read=read)


async def test_save_of_an_attribute_that_was_its_default(contract: Contract) -> None:
    # `note` and `tags` are not stored, `total` is: what was read of all three is a default.
    baskets = await contract.repository(BASKETS)
    read = (await baskets.create(Basket(id="a"), returning="new")).new
    assert read is not None
    changed = read.model_copy(update={"note": "n", "tags": {"t"}, "total": 3})
    after = await baskets.save(changed, read=read)
    assert (after.note, after.tags, after.total) == ("n", {"t"}, 3)


async def test_save_of_what_is_the_same_writes_nothing(contract: Contract) -> None:
    baskets = await filled(contract)
    read = await stored(baskets)
    contract.clock.advance(9)
    assert await baskets.save(read.model_copy(deep=True), read=read) == read
    assert await stored(baskets) == read


@pytest.mark.parametrize("change", [{"id": "b"}, {"made_at": None}, {"changed_at": None}], ids=str)
async def test_save_moves_no_item_and_no_time(contract: Contract, change: dict[str, Any]) -> None:
    baskets = await filled(contract)
    read = await stored(baskets)
    with refused(ErrorCode.KEY_CHANGED):
        await baskets.save(read.model_copy(update=change), read=read)


async def test_save_of_a_deleted_item_is_refused(contract: Contract) -> None:
    baskets = await filled(contract)
    read = await stored(baskets)
    await baskets.delete("a")
    with refused(NotFound):
        await baskets.save(read.model_copy(update={"paid": True}), read=read)
