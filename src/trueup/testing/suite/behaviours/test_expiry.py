"""Expiry: an expired item is absent everywhere, even if it is still stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from ....errors import ConditionFailed, ErrorCode, NotFound, TransactionCancelled
from ....expressions import at
from ....repository import AsyncRepository
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import SESSIONS, Session


async def half_expired(contract: Contract, count: int = 2) -> AsyncRepository[Session]:
    """Items `0` … of one user; those with an odd number have expired."""
    sessions = await contract.repository(SESSIONS)
    soon, later = contract.clock.after(60), contract.clock.after(3600)
    await sessions.put_many(
        Session(user="u", session=f"{n:03d}", expires_at=soon if n % 2 else later)
        for n in range(count)
    )
    contract.clock.advance(60)
    return sessions


async def test_item_expires_at_its_second_and_not_before(contract: Contract) -> None:
    sessions = await contract.repository(SESSIONS)
    await sessions.put(Session(user="u", session="s", expires_at=contract.clock.after(60)))
    contract.clock.advance(59)
    before = await sessions.exists("u", "s")
    contract.clock.advance(1)
    assert (before, await sessions.exists("u", "s")) == (True, False)


async def test_item_without_an_expiry_never_expires(contract: Contract) -> None:
    sessions = await contract.repository(SESSIONS)
    await sessions.put(Session(user="u", session="s"))
    contract.clock.advance(10**9)
    assert await sessions.exists("u", "s")


async def test_get_does_not_see_an_expired_item(contract: Contract) -> None:
    sessions = await half_expired(contract)
    assert await sessions.get("u", "001") is None


async def test_get_many_does_not_see_an_expired_item(contract: Contract) -> None:
    sessions = await half_expired(contract)
    found = await sessions.get_many([("u", "000"), ("u", "001")])
    assert [item is None for item in found] == [False, True]


async def test_query_does_not_see_expired_items(contract: Contract) -> None:
    sessions = await half_expired(contract, 6)
    assert [item.session for item in await sessions.query("u").all()] == ["000", "002", "004"]


async def test_query_of_an_index_does_not_see_expired_items(contract: Contract) -> None:
    sessions = await half_expired(contract, 6)
    found = await sessions.query("phone", index="ByDevice").all()
    assert [item.session for item in found] == ["000", "002", "004"]


async def test_limit_counts_living_items_and_pages_are_refilled(contract: Contract) -> None:
    sessions = await half_expired(contract, 12)
    found = await sessions.query("u", limit=4, page_size=2).all()
    assert [item.session for item in found] == ["000", "002", "004", "006"]


async def test_cursor_goes_on_past_expired_items(contract: Contract) -> None:
    sessions = await half_expired(contract, 8)
    results = sessions.query("u", limit=2)
    first = [item.session for item in await results.all()]
    rest = [item.session for item in await sessions.query("u", after=results.cursor).all()]
    assert (first, rest) == (["000", "002"], ["004", "006"])


async def test_count_does_not_count_expired_items(contract: Contract) -> None:
    sessions = await half_expired(contract, 6)
    assert await sessions.count("u") == 3


async def test_scan_does_not_see_expired_items(contract: Contract) -> None:
    sessions = await half_expired(contract, 6)
    assert len(await sessions.scan().all()) == 3


async def test_transaction_does_not_read_an_expired_item(contract: Contract) -> None:
    await half_expired(contract)
    database = await contract.database(SESSIONS)
    found = await database.transact_get((SESSIONS, ("u", "000")), (SESSIONS, ("u", "001")))
    assert [item is None for item in found] == [False, True]


async def test_include_expired_shows_what_is_still_stored(contract: Contract) -> None:
    sessions = await half_expired(contract)
    assert await sessions.get("u", "001", include_expired=True) is not None
    assert len(await sessions.get_many([("u", "001")], include_expired=True)) == 1
    assert len(await sessions.query("u", include_expired=True).all()) == 2
    assert await sessions.count("u", include_expired=True) == 2
    assert len(await sessions.scan(include_expired=True).all()) == 2


@pytest.mark.every_wire
async def test_create_over_an_expired_item_succeeds(contract: Contract) -> None:
    sessions = await half_expired(contract)
    result = await sessions.create(Session(user="u", session="001", visits=7))
    assert result.existed is False
    assert await sessions.get("u", "001") == Session(user="u", session="001", visits=7)


async def test_update_of_an_expired_item_is_not_found(contract: Contract) -> None:
    sessions = await half_expired(contract)
    with refused(NotFound):
        await sessions.update(("u", "001"), at(Session.visits).add(1))


@pytest.mark.every_wire
async def test_update_or_create_replaces_an_expired_item_and_never_merges(
    contract: Contract,
) -> None:
    sessions = await contract.repository(SESSIONS)
    old = Session(user="u", session="s", device="x", visits=5, expires_at=contract.clock.after(1))
    await sessions.put(old)
    contract.clock.advance(1)
    await sessions.update_or_create(("u", "s"), at(Session.visits).add(1))
    assert await sessions.get("u", "s") == Session(user="u", session="s", visits=1)


async def test_delete_of_an_expired_item_says_that_none_existed(contract: Contract) -> None:
    sessions = await half_expired(contract)
    result = await sessions.delete("u", "001", returning="old")
    assert (result.existed, result.old) == (False, None)


async def test_put_over_an_expired_item_returns_no_old_item(contract: Contract) -> None:
    sessions = await half_expired(contract)
    result = await sessions.put(Session(user="u", session="001"), returning="old")
    assert (result.existed, result.old) == (False, None)


async def test_condition_sees_an_expired_item_as_absent(contract: Contract) -> None:
    sessions = await half_expired(contract)
    with refused(ConditionFailed):
        await sessions.put(Session(user="u", session="001"), only_if=Session.device == "phone")
    await sessions.put(Session(user="u", session="001"), only_if=at(Session.device).missing())


async def test_check_of_a_transaction_sees_an_expired_item_as_absent(contract: Contract) -> None:
    await half_expired(contract)
    database = await contract.database(SESSIONS)
    with refused(TransactionCancelled):
        async with database.transaction() as transaction:
            transaction.check(SESSIONS, ("u", "001"), at(Session.device).exists())


async def test_put_extends_the_life_of_an_item(contract: Contract) -> None:
    sessions = await contract.repository(SESSIONS)
    await sessions.put(Session(user="u", session="s", expires_at=contract.clock.after(10)))
    await sessions.update(("u", "s"), at(Session.expires_at).assign(contract.clock.after(90)))
    contract.clock.advance(60)
    assert await sessions.exists("u", "s")


async def test_update_that_removes_the_expiry_keeps_the_item(contract: Contract) -> None:
    sessions = await contract.repository(SESSIONS)
    await sessions.put(Session(user="u", session="s", expires_at=contract.clock.after(10)))
    await sessions.update(("u", "s"), at(Session.expires_at).remove())
    contract.clock.advance(60)
    assert await sessions.get("u", "s") == Session(user="u", session="s")


async def test_expiry_is_stored_in_whole_seconds_rounded_up(contract: Contract) -> None:
    sessions = await contract.repository(SESSIONS)
    fraction = contract.clock.after(10) + timedelta(milliseconds=1)
    await sessions.put(Session(user="u", session="s", expires_at=fraction))
    stored = await sessions.get("u", "s")
    assert stored is not None
    assert stored.expires_at == contract.clock.after(11)


async def test_expiry_in_milliseconds_is_refused_by_the_model(contract: Contract) -> None:
    with pytest.raises(ValidationError, match="milliseconds"):
        Session.model_validate(
            {"user": "u", "session": "s", "expires_at": contract.clock.now_s * 1000}
        )


async def test_expiry_in_milliseconds_is_refused_by_an_update(contract: Contract) -> None:
    sessions = await contract.repository(SESSIONS)
    milliseconds = int(contract.clock.now_s * 1000)
    with refused(ErrorCode.MILLISECOND_EXPIRY):
        await sessions.update(("u", "s"), at(Session.expires_at).assign(milliseconds))  # type: ignore[arg-type]  # that is the point


async def test_filter_may_compare_the_expiry(contract: Contract) -> None:
    sessions = await half_expired(contract, 4)
    found = await sessions.query(
        "u", filter=at(Session.expires_at) > datetime(2029, 1, 1, tzinfo=UTC)
    ).all()
    assert [item.session for item in found] == ["000", "002"]
