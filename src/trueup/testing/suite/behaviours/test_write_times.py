"""Times of writes: `CreatedAt` is set once, `UpdatedAt` by every write, in whatever way it goes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ....errors import ErrorCode
from ....expressions import at
from ....model import CreatedAt, Index, Model, Table, UpdatedAt, Version, composed
from ....repository import AsyncRepository
from ..harness.contract import Contract
from ..harness.refusals import refused


class Letter(Model, names="camelCase"):
    """An item that knows when it was written, also in an index."""

    id: str
    text: str = ""
    edition: Version = 0
    created_at: CreatedAt | None = None
    updated_at: UpdatedAt | None = None
    shelf: str = "all"
    place: str | None = composed("at#{updated_at}")


LETTERS = Table(
    "Letters", Letter, partition="id", indexes=[Index("ByPlace", partition="shelf", sort="place")]
)


class Postcard(Model):
    """A letter without a version."""

    id: str
    text: str = ""
    created_at: CreatedAt | None = None
    updated_at: UpdatedAt | None = None


POSTCARDS = Table("Postcards", Postcard, partition="id")


def at_second(contract: Contract, seconds: float) -> datetime:
    """The instant so many seconds before now, by the clock of the contract."""
    return datetime.fromtimestamp(contract.clock() - seconds, UTC)


async def times(cards: AsyncRepository[Postcard], key: str) -> tuple[object, object]:
    """The stored times of an item."""
    card = await cards.get(key)
    assert card is not None
    return card.created_at, card.updated_at


@pytest.mark.every_wire
async def test_put_sets_both_times(contract: Contract) -> None:
    cards = await contract.repository(POSTCARDS)
    given = Postcard(id="a")
    written = (await cards.put(given, returning="new")).new
    now = at_second(contract, 0)
    assert written == Postcard(id="a", created_at=now, updated_at=now)
    assert given == Postcard(id="a")
    assert await times(cards, "a") == (now, now)


async def test_put_of_what_was_read_keeps_when_it_was_created(contract: Contract) -> None:
    cards = await contract.repository(POSTCARDS)
    await cards.create(Postcard(id="a"))
    contract.clock.advance(0.25)
    read = await cards.get("a")
    assert read is not None
    await cards.put(read.model_copy(update={"text": "x"}))
    assert await times(cards, "a") == (at_second(contract, 0.25), at_second(contract, 0))


@pytest.mark.every_wire
async def test_update_moves_the_last_write_only(contract: Contract) -> None:
    cards = await contract.repository(POSTCARDS)
    await cards.create(Postcard(id="a"))
    contract.clock.advance(9)
    await cards.update("a", at(Postcard.text).assign("x"))
    assert await times(cards, "a") == (at_second(contract, 9), at_second(contract, 0))


@pytest.mark.every_wire
async def test_update_or_create_sets_the_first_write_once(contract: Contract) -> None:
    cards = await contract.repository(POSTCARDS)
    for _ in range(2):
        contract.clock.advance(9)
        await cards.update_or_create("a", at(Postcard.text).assign("x"))
    assert await times(cards, "a") == (at_second(contract, 9), at_second(contract, 0))


async def test_batches_and_transactions_set_the_times(contract: Contract) -> None:
    db = await contract.database(POSTCARDS)
    cards = db.repository(POSTCARDS)
    await cards.put_many([Postcard(id="a"), Postcard(id="b")])
    async with db.batch() as batch:
        await batch.put(POSTCARDS, Postcard(id="c"))
    async with db.transaction() as tx:
        tx.create(POSTCARDS, Postcard(id="d"))
        tx.put(POSTCARDS, Postcard(id="e"))
    contract.clock.advance(9)
    async with db.transaction() as tx:
        tx.update(POSTCARDS, "a", at(Postcard.text).assign("x"))
    then, now = at_second(contract, 9), at_second(contract, 0)
    assert await times(cards, "a") == (then, now)
    assert {await times(cards, key) for key in "bcde"} == {(then, then)}


async def test_keys_that_are_composed_of_the_last_write_follow_it(contract: Contract) -> None:
    letters = await contract.repository(LETTERS)
    first = (await letters.create(Letter(id="a"), returning="new")).new
    assert first is not None
    await letters.create(Letter(id="b"))
    contract.clock.advance(9)
    await letters.update(first, at(Letter.text).assign("x"))
    found = await letters.query("all", index="ByPlace").all()
    assert [letter.id for letter in found] == ["b", "a"]
    assert found[1].edition == 2


@pytest.mark.parametrize("path", [Postcard.created_at, Postcard.updated_at], ids=str)
async def test_updates_set_no_times_of_their_own(contract: Contract, path: datetime) -> None:
    cards = await contract.repository(POSTCARDS)
    await cards.create(Postcard(id="a"))
    with refused(ErrorCode.KEY_CHANGED):
        await cards.update("a", at(path).assign(at_second(contract, 5)))
