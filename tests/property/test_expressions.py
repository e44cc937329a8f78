"""Laws of values, conditions and updates."""

from copy import deepcopy
from decimal import Context, Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.property import strategies
from tests.property.strategies import Values
from trueup.errors import InvalidCall
from trueup.expressions import (
    At,
    Change,
    Condition,
    Item,
    Path,
    PlainValue,
    add_exactly,
    apply,
    as_condition,
    check_condition,
    check_text,
    check_updates,
    compare,
    depth,
    equal,
    exact_number,
    holds,
    item_size_bytes,
)

_WIDE = Context(prec=400)

digits = st.integers(-(10**38) + 1, 10**38 - 1)
# The last of 38 digits may stand at 1E-130 at the lowest and at 1E+88 at the highest.
numbers = st.builds(
    lambda unscaled, exponent: exact_number(Decimal(unscaled).scaleb(exponent, _WIDE)),
    digits,
    st.integers(-130, 88),
)
texts = st.text(max_size=6)
some_values = Values(numbers, texts, st.binary(max_size=6), map_keys=texts)
values = some_values.every
names = st.sampled_from("abc")
items: st.SearchStrategy[Any] = st.dictionaries(names, values, max_size=3)
segments = st.sampled_from(["a", "b", 0, 1, 2])
ats: st.SearchStrategy[At[Any]] = st.builds(
    lambda name, below: At(Path(None, (name, *below))), names, st.lists(segments, max_size=2)
)
conditions = strategies.conditions(ats, some_values)
updates = strategies.changes(ats, some_values)


def _attempt(changes: list[Change], item: Item) -> Item | None:
    """The item after the changes, or None where they are refused."""
    try:
        return apply(changes, item)
    except InvalidCall:
        return None


@given(digits, st.integers(-130, 88))
def test_38_digits_survive(unscaled: int, exponent: int) -> None:
    number = Decimal(unscaled).scaleb(exponent, _WIDE)
    exact = exact_number(number)
    assert exact == number
    assert exact_number(exact) == exact
    assert str(exact_number(Decimal(str(exact)))) == str(exact)


@given(st.floats(allow_nan=False, allow_infinity=False).map(lambda f: f if _in_range(f) else 0.0))
def test_float_keeps_its_shortest_text(number: float) -> None:
    assert float(exact_number(number)) == number


@given(numbers, numbers)
def test_sum_is_exact_or_refused(a: int | Decimal, b: int | Decimal) -> None:
    try:
        total = add_exactly(a, b)
    except InvalidCall:
        return
    assert _WIDE.subtract(Decimal(total), Decimal(b)) == a


@given(st.lists(texts, max_size=8))
def test_text_is_ordered_by_utf_8(some: list[str]) -> None:
    assert sorted(some) == sorted(some, key=lambda text: text.encode())
    for a, b in pairwise(some):
        x, y = a.encode(), b.encode()
        assert compare(a, b) == (x > y) - (x < y)


@given(st.text(st.characters(), max_size=6) | st.text(st.characters(categories=["Cs"]), max_size=2))
def test_text_is_refused_exactly_if_utf_8_cannot_hold_it(text: str) -> None:
    encodable = not any("\ud800" <= character <= "\udfff" for character in text)
    try:
        check_text(text)
    except InvalidCall:
        assert not encodable
    else:
        assert encodable


@given(*[st.one_of(numbers, texts, st.binary(max_size=4))] * 3)
def test_order_is_total_inside_a_kind(a: PlainValue, b: PlainValue, c: PlainValue) -> None:
    ab, ba, bc, ac = compare(a, b), compare(b, a), compare(b, c), compare(a, c)
    assert compare(a, a) == 0
    assert ab is None if ba is None else ab == -ba
    assert (ab == 0) is equal(a, b)
    if ab is not None and bc is not None and ab <= 0 and bc <= 0:
        assert ac is not None
        assert ac <= 0


@given(values, values)
def test_equality_is_symmetric_and_reflexive(a: PlainValue, b: PlainValue) -> None:
    assert equal(a, deepcopy(a))
    assert equal(a, b) is equal(b, a)


@given(conditions, conditions, items)
def test_logic_follows_de_morgan(a: Condition, b: Condition, item: Item) -> None:
    assert holds(~(a & b), item) is holds(~a | ~b, item)
    assert holds(~(a | b), item) is holds(~a & ~b, item)
    assert holds(~~a, item) is holds(a, item)


@given(conditions, items)
def test_condition_changes_nothing(condition: Condition, item: Item) -> None:
    before = deepcopy(item)
    holds(check_condition(condition), item)
    assert equal(item, before)


@given(ats, values, items)
def test_unequal_is_the_opposite_of_equal(path: At[Any], value: PlainValue, item: Item) -> None:
    equals, differs = as_condition(path == value), as_condition(path != value)
    assert holds(equals, item) is not holds(differs, item)


@given(ats, items)
def test_missing_is_the_opposite_of_exists(path: At[Any], item: Item) -> None:
    assert holds(path.missing(), item) is not holds(path.exists(), item)


@given(st.lists(updates, max_size=4), items)
def test_apply_never_mutates_its_item(changes: list[Change], item: Item) -> None:
    before = deepcopy(item)
    _attempt(changes, item)
    assert equal(item, before)


@given(st.lists(updates, min_size=2, max_size=4), items, st.randoms())
def test_order_of_updates_does_not_matter(changes: list[Change], item: Item, random: Any) -> None:
    shuffled = random.sample(changes, len(changes))
    assert _same(_attempt(changes, item), _attempt(shuffled, item))


@given(updates, items)
def test_update_that_is_not_relative_can_be_repeated(change: Change, item: Item) -> None:
    once = _attempt([change], item)
    if once is None or change.is_relative or isinstance(change.path.segments[-1], int):
        return
    assert _same(_attempt([change], once), once)


@given(st.lists(updates, min_size=2, max_size=4))
def test_updates_are_refused_exactly_if_two_paths_meet(changes: list[Change]) -> None:
    paths = [change.path.segments for change in changes]
    meet = any(_meets(a, b) for i, a in enumerate(paths) for b in paths[i + 1 :])
    try:
        check_updates(changes)
    except InvalidCall:
        assert meet
    else:
        assert not meet


@given(items)
def test_size_grows_with_every_attribute(item: Item) -> None:
    assert item_size_bytes({**item, "zz": True}) == item_size_bytes(item) + 3
    assert depth({**item, "zz": item}) == depth(item) + 1


def _meets(a: tuple[str | int, ...], b: tuple[str | int, ...]) -> bool:
    shared = min(len(a), len(b))
    fork = next((i for i in range(shared) if a[i] != b[i]), None)
    return fork is None or type(a[fork]) is not type(b[fork])


def _same(a: Item | None, b: Item | None) -> bool:
    return a is b if a is None or b is None else equal(a, b)


def _in_range(number: float) -> bool:
    return number == 0 or 1e-130 <= abs(number) < 1e125
