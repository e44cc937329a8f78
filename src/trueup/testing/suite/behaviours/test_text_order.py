"""Text in a column that is no key is ordered and compared as keys are: by code points, whatever the
language of the database."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest

from ....errors import ConditionFailed
from ....expressions import at
from ..harness.contract import Contract
from ..tables import WORDS, Word

# English has them in the order _, a, ä, B.
IN_ORDER = ("B", "_", "a", "ä")
COMPARISONS = {
    "below": operator.lt,
    "at most": operator.le,
    "above": operator.gt,
    "at least": operator.ge,
    "equal": operator.eq,
    "other": operator.ne,
}
Comparison = Callable[[Any, Any], Any]

comparisons = pytest.mark.parametrize(
    "compare", [pytest.param(compare, id=name) for name, compare in COMPARISONS.items()]
)


async def written(contract: Contract) -> Any:
    """A repository with an item for each text, written in another order."""
    repository: Any = await contract.repository(WORDS)
    places = {"a": 0, "B": 1, "ä": 2, "_": 3}
    await repository.put_many(Word(group="g", place=place, text=t) for t, place in places.items())
    return repository


def texts_of(items: list[Word]) -> list[str]:
    """The texts of items."""
    return [item.text for item in items]


async def test_index_of_a_text_is_in_the_order_of_code_points(contract: Contract) -> None:
    words = await written(contract)
    assert texts_of(await words.query("g", index="ByText").all()) == list(IN_ORDER)
    down = await words.query("g", index="ByText", order="descending").all()
    assert texts_of(down) == list(IN_ORDER[::-1])


async def test_range_of_an_index_of_a_text_ends_by_code_points(contract: Contract) -> None:
    words = await written(contract)
    found = await words.query("g", index="ByText", sort=at(Word.text).between("_", "a")).all()
    assert texts_of(found) == ["_", "a"]
    found = await words.query("g", index="ByText", sort=at(Word.text) > "a").all()
    assert texts_of(found) == ["ä"]


@comparisons
async def test_filter_compares_text_by_code_points(contract: Contract, compare: Comparison) -> None:
    words = await written(contract)
    for bound in IN_ORDER:
        found = await words.query("g", filter=compare(at(Word.text), bound)).all()
        assert set(texts_of(found)) == {text for text in IN_ORDER if compare(text, bound)}


async def test_filter_has_ranges_of_text_by_code_points(contract: Contract) -> None:
    words = await written(contract)
    found = await words.query("g", filter=at(Word.text).between("B", "a")).all()
    assert set(texts_of(found)) == {"B", "_", "a"}
    assert await words.count("g", filter=at(Word.text).between("b", "ä")) == 1


@comparisons
async def test_condition_of_a_write_compares_text_by_code_points(
    contract: Contract, compare: Comparison
) -> None:
    words = await written(contract)
    for item in await words.query("g").all():
        for bound in IN_ORDER:
            condition = compare(at(Word.text), bound)
            if compare(item.text, bound):
                await words.put(item, only_if=condition)
            else:
                with pytest.raises(ConditionFailed):
                    await words.put(item, only_if=condition)
