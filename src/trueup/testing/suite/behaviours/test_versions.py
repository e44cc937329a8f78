"""Optimistic versions: checked and raised by every write, changed only by success."""

from __future__ import annotations

import pytest

from ....errors import ConditionFailed, ErrorCode, NotFound, TransactionCancelled, VersionConflict
from ....expressions import at
from ....operations import ANY_VERSION
from ....repository import AsyncRepository
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import DOCUMENTS, PEOPLE, Document, Person


async def twice_written(contract: Contract) -> tuple[AsyncRepository[Document], Document]:
    """A repository that holds version 2, and the outdated model of version 1."""
    documents = await contract.repository(DOCUMENTS)
    first = (await documents.create(Document(id="a", title="1"), returning="new")).new
    assert first is not None
    await documents.put(first.model_copy(update={"title": "2"}))
    return documents, first


async def stored(documents: AsyncRepository[Document]) -> tuple[str, int]:
    """The title and version of the document."""
    document = await documents.get("a")
    assert document is not None
    return document.title, document.edition


async def test_create_stores_version_one(contract: Contract) -> None:
    documents = await contract.repository(DOCUMENTS)
    await documents.create(Document(id="a", title="1"))
    assert await stored(documents) == ("1", 1)


async def test_put_of_a_new_item_stores_version_one(contract: Contract) -> None:
    documents = await contract.repository(DOCUMENTS)
    await documents.put(Document(id="a", title="1"))
    assert await stored(documents) == ("1", 1)


async def test_put_of_what_was_read_raises_the_version(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    assert await stored(documents) == ("2", 2)


async def test_put_leaves_its_argument_alone_and_returns_the_next_version(
    contract: Contract,
) -> None:
    documents = await contract.repository(DOCUMENTS)
    item = Document(id="a", title="1")
    result = await documents.put(item, returning="new")
    assert item == Document(id="a", title="1", edition=0)
    assert result.new == Document(id="a", title="1", edition=1)


@pytest.mark.every_wire
async def test_put_of_a_stale_version_is_refused(contract: Contract) -> None:
    documents, stale = await twice_written(contract)
    with refused(VersionConflict):
        await documents.put(stale)
    assert await stored(documents) == ("2", 2)


async def test_put_repeated_after_a_conflict_is_refused_again(contract: Contract) -> None:
    # A library that raises the version of the model before it writes lets the retry through.
    documents, stale = await twice_written(contract)
    for _ in range(2):
        with refused(VersionConflict):
            await documents.put(stale)
    assert stale.edition == 1
    assert await stored(documents) == ("2", 2)


async def test_put_of_an_unread_item_over_a_stored_one_is_refused(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    with refused(VersionConflict):
        await documents.put(Document(id="a", title="new"))


async def test_failed_condition_leaves_the_version(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    current = await documents.get("a")
    assert current is not None
    with refused(ConditionFailed):
        await documents.put(current, only_if=Document.title == "other")
    assert await stored(documents) == ("2", 2)


async def test_update_by_model_checks_and_raises_the_version(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    current = await documents.get("a")
    await documents.update(current, at(Document.title).assign("3"))
    assert await stored(documents) == ("3", 3)


async def test_update_by_a_stale_model_is_refused(contract: Contract) -> None:
    documents, stale = await twice_written(contract)
    with refused(VersionConflict):
        await documents.update(stale, at(Document.title).assign("3"))
    assert await stored(documents) == ("2", 2)


async def test_update_by_number_checks_and_raises_the_version(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    await documents.update("a", at(Document.title).assign("3"), version=2)
    assert await stored(documents) == ("3", 3)


async def test_update_by_a_stale_number_is_refused(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    with refused(VersionConflict):
        await documents.update("a", at(Document.title).assign("3"), version=1)
    assert await stored(documents) == ("2", 2)


async def test_update_of_any_version_raises_it(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    await documents.update("a", at(Document.title).assign("3"), version=ANY_VERSION)
    assert await stored(documents) == ("3", 3)


async def test_update_that_says_no_version_is_refused(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    with refused(ErrorCode.VERSION_REQUIRED):
        await documents.update("a", at(Document.title).assign("3"))


async def test_update_of_a_missing_version_is_not_found(contract: Contract) -> None:
    documents = await contract.repository(DOCUMENTS)
    with refused(NotFound):
        await documents.update("a", at(Document.title).assign("3"), version=ANY_VERSION)


async def test_update_of_the_version_itself_is_refused(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    with refused(ErrorCode.KEY_CHANGED):
        await documents.update("a", at(Document.edition).assign(9), version=2)


async def test_update_or_create_begins_with_version_one(contract: Contract) -> None:
    documents = await contract.repository(DOCUMENTS)
    await documents.update_or_create("a", at(Document.title).assign("1"))
    assert await stored(documents) == ("1", 1)


async def test_update_or_create_raises_the_version_of_what_is_there(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    await documents.update_or_create("a", at(Document.title).assign("3"))
    assert await stored(documents) == ("3", 3)


async def test_update_or_create_by_a_stale_model_is_refused(contract: Contract) -> None:
    documents, stale = await twice_written(contract)
    with refused(VersionConflict):
        await documents.update_or_create(stale, at(Document.title).assign("3"))
    assert await stored(documents) == ("2", 2)


async def test_delete_by_a_stale_model_is_refused(contract: Contract) -> None:
    documents, stale = await twice_written(contract)
    with refused(VersionConflict):
        await documents.delete(stale)
    assert await stored(documents) == ("2", 2)


async def test_delete_by_the_current_model_removes(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    await documents.delete(await documents.get("a"))
    assert await documents.get("a") is None


async def test_delete_that_says_no_version_is_refused(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    with refused(ErrorCode.VERSION_REQUIRED):
        await documents.delete("a")


async def test_delete_of_any_version_removes(contract: Contract) -> None:
    documents, _ = await twice_written(contract)
    await documents.delete("a", version=ANY_VERSION)
    assert await documents.get("a") is None


async def test_put_many_checks_the_version_of_each_item(contract: Contract) -> None:
    documents, stale = await twice_written(contract)
    with refused(ErrorCode.BATCH_INCOMPLETE) as refusal:
        await documents.put_many([stale, Document(id="b", title="b")])
    assert refusal.failures == [(0, ErrorCode.VERSION_CONFLICT)]
    assert await stored(documents) == ("2", 2)
    assert await documents.get("b") == Document(id="b", title="b", edition=1)


async def test_put_many_of_one_version_twice_writes_the_first(contract: Contract) -> None:
    documents = await contract.repository(DOCUMENTS)
    with refused(ErrorCode.BATCH_INCOMPLETE) as refusal:
        await documents.put_many([Document(id="a", title="1"), Document(id="a", title="2")])
    assert refusal.failures == [(1, ErrorCode.VERSION_CONFLICT)]
    assert await stored(documents) == ("1", 1)


async def test_delete_many_checks_the_version_of_each_model(contract: Contract) -> None:
    documents, stale = await twice_written(contract)
    with refused(ErrorCode.BATCH_INCOMPLETE) as refusal:
        await documents.delete_many([stale])
    assert refusal.failures == [(0, ErrorCode.VERSION_CONFLICT)]
    assert await stored(documents) == ("2", 2)


async def test_transaction_checks_and_raises_versions(contract: Contract) -> None:
    database = await contract.database(DOCUMENTS)
    documents = database.repository(DOCUMENTS)
    await documents.create(Document(id="a", title="1"))
    async with database.transaction() as transaction:
        transaction.update(DOCUMENTS, "a", at(Document.title).assign("2"), version=1)
        transaction.create(DOCUMENTS, Document(id="b", title="b"))
    assert await stored(documents) == ("2", 2)
    assert await documents.get("b") == Document(id="b", title="b", edition=1)


async def test_transaction_with_a_stale_version_is_cancelled(contract: Contract) -> None:
    documents, stale = await twice_written(contract)
    database = await contract.database(DOCUMENTS)

    async def write() -> None:
        async with database.transaction() as transaction:
            transaction.put(DOCUMENTS, Document(id="b", title="b"))
            transaction.put(DOCUMENTS, stale)

    with pytest.raises(TransactionCancelled) as caught:
        await write()
    assert [type(reason) for reason in caught.value.reasons] == [type(None), VersionConflict]
    assert await stored(documents) == ("2", 2)


@pytest.mark.every_wire
async def test_version_given_where_there_is_none_is_refused(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    with refused(ErrorCode.INVALID_OPTION):
        await people.update("a", at(Person.name).assign("x"), version=1)
