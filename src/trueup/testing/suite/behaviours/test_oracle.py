"""The oracle: the meaning of conditions, filters, updates and key order, case by case.

The cases are plain values, so they go to the engine as actions, without models.
"""

from __future__ import annotations

from typing import Any

import pytest

from ....errors import ConditionFailed, ErrorCode, InvalidCall, TransactionCancelled
from ....expressions import Item, Kind, Path, equal, rewrite_condition
from ....model import Table
from ....model.translation.encode import encode_anything
from ....operations.actions import (
    Check,
    Expect,
    Get,
    Guard,
    Page,
    Put,
    Query,
    TransactWrite,
    Update,
)
from ..harness.contract import Contract, Performer
from ..harness.refusals import refused
from ..oracle import (
    CONDITION_CASES,
    KEY_ORDER_CASES,
    REFUSED_CONDITION_CASES,
    UPDATE_CASES,
    Case,
    KeyOrderCase,
    RefusedCase,
    UpdateCase,
)
from ..tables import BLOBS, FREE, NUMBERS, TEXTS, FreeForm

KEY = {"pk": "p", "sk": "1"}


def _name(case: Case | RefusedCase | UpdateCase | KeyOrderCase) -> str:
    return case.name


async def free_with(contract: Contract, item: Item | None) -> Performer:
    """The free-form table, with the item or without any."""
    perform = await contract.performer(FREE)
    if item is not None:
        await perform(Put(perform.table, {**KEY, **item}))
    return perform


async def stored(perform: Performer) -> Item:
    """The attributes of the item, without its key."""
    model = await perform(Get(perform.table, tuple(KEY.values())))
    names = model.model_fields_set - KEY.keys()
    return {name: encode_anything(getattr(model, name)) for name in names}


@pytest.mark.parametrize("case", CONDITION_CASES, ids=_name)
async def test_condition_of_a_write_means_what_the_oracle_says(
    contract: Contract, case: Case
) -> None:
    perform = await free_with(contract, case.item)
    put = Put(perform.table, {**KEY, "a": "written"}, Guard(condition=case.condition))
    if case.expected:
        await perform(put)
    else:
        with refused(ConditionFailed):
            await perform(put)


@pytest.mark.parametrize("case", CONDITION_CASES, ids=_name)
async def test_check_of_a_transaction_means_what_the_oracle_says(
    contract: Contract, case: Case
) -> None:
    perform = await free_with(contract, case.item)
    check = Check(perform.table, tuple(KEY.values()), Guard(condition=case.condition))
    if case.expected:
        await perform(TransactWrite((check,)))
    else:
        with refused(TransactionCancelled):
            await perform(TransactWrite((check,)))


@pytest.mark.fault("F16")
@pytest.mark.parametrize(
    "case", [case for case in CONDITION_CASES if case.item is not None], ids=_name
)
async def test_filter_means_what_the_oracle_says(contract: Contract, case: Case) -> None:
    perform = await free_with(contract, case.item)
    page: Page = await perform(Query(perform.table, None, ("p",), filter=case.condition))
    assert bool(page.items) is case.expected


@pytest.mark.parametrize("case", REFUSED_CONDITION_CASES, ids=_name)
async def test_condition_is_refused_before_any_item_is_read(
    contract: Contract, case: RefusedCase
) -> None:
    free = await contract.repository(FREE)
    rooted = rewrite_condition(
        case.condition,
        lambda path: Path(FreeForm, path.segments),
        lambda _, value, __: as_is(value),
    )
    with refused(case.expected):
        await free.put(FreeForm(pk="p"), only_if=rooted)


def as_is(value: object) -> Any:
    """The literal of a case, which is a plain value already."""
    return value


@pytest.mark.parametrize("case", UPDATE_CASES, ids=_name)
async def test_update_does_what_the_oracle_says(contract: Contract, case: UpdateCase) -> None:
    perform = await free_with(contract, case.item)
    key = tuple(KEY.values())
    update = Update(perform.table, key, case.updates, {}, Guard(expect=Expect.SOMETHING))
    if isinstance(case.expected, ErrorCode):
        with pytest.raises(InvalidCall) as caught:
            await perform(update)
        assert caught.value.code is case.expected
        assert equal(await stored(perform), case.item)
    else:
        await perform(update)
        assert equal(await stored(perform), case.expected)


TABLE_OF: dict[Kind, tuple[Table[Any], Any]] = {
    Kind.S: (TEXTS, "g"),
    Kind.N: (NUMBERS, 1),
    Kind.B: (BLOBS, b"g"),
}


@pytest.mark.parametrize("case", KEY_ORDER_CASES, ids=_name)
async def test_keys_are_ordered_as_the_oracle_says(contract: Contract, case: KeyOrderCase) -> None:
    table, group = TABLE_OF[case.kind]
    repository: Any = await contract.repository(table)
    # Every second item from the back, so that the order of writing does not give the answer away.
    values = case.values_in_order[::-1]
    await repository.put_many(
        table.model(group=group, key=value) for value in (*values[::2], *values[1::2])
    )
    found = [item.key for item in await repository.query(group).all()]
    assert found == list(case.values_in_order)
