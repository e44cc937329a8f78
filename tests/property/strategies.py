"""Values, conditions and changes of every kind, over paths that a test chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from trueup.expressions import At, Change, Condition, as_condition

Numbers: TypeAlias = SearchStrategy[Any]
Texts: TypeAlias = SearchStrategy[str]
Paths: TypeAlias = SearchStrategy[At[Any]]


@dataclass(frozen=True)
class Values:
    """Plain values. map_keys: the names in maps."""

    numbers: Numbers
    texts: Texts
    bytes: SearchStrategy[bytes]
    map_keys: Texts

    @property
    def scalars(self) -> SearchStrategy[Any]:
        """A value without others in it."""
        return st.none() | st.booleans() | self.numbers | self.texts | self.bytes

    @property
    def sets(self) -> SearchStrategy[Any]:
        """A set of one kind, never empty."""
        kinds: list[SearchStrategy[Any]] = [self.texts, self.numbers, self.bytes]
        return st.one_of([st.frozensets(kind, min_size=1, max_size=3) for kind in kinds])

    @property
    def every(self) -> SearchStrategy[Any]:
        """Any value, a few levels deep."""
        return st.recursive(
            self.scalars | self.sets,
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(self.map_keys, inner, max_size=3)
            ),
            max_leaves=6,
        )


def conditions(paths: Paths, values: Values) -> SearchStrategy[Condition]:
    """A condition, with a few parts."""
    return st.recursive(
        _single_conditions(paths, values),
        lambda inner: st.one_of(
            st.builds(lambda a, b: a & b, inner, inner),
            st.builds(lambda a, b: a | b, inner, inner),
            st.builds(lambda a: ~a, inner),
        ),
        max_leaves=5,
    )


def _single_conditions(paths: Paths, values: Values) -> SearchStrategy[Condition]:
    ordered = values.numbers | values.texts
    ends = st.tuples(values.numbers, values.numbers).map(sorted)
    return st.one_of(
        st.builds(lambda a, v: as_condition(a == v), paths, values.every),
        st.builds(lambda a, v: as_condition(a != v), paths, values.every),
        st.builds(lambda a, v: a < v, paths, ordered),
        st.builds(lambda a, v: a >= v, paths, ordered),
        st.builds(lambda a, b: a <= b, paths, paths),
        st.builds(lambda a, ends: a.between(*ends), paths, ends),
        st.builds(
            lambda a, v: a.is_in(*v), paths, st.lists(values.scalars, min_size=1, max_size=3)
        ),
        st.builds(lambda a, v: a.contains(v), paths, values.every),
        st.builds(lambda a, v: a.begins_with(v), paths, values.texts),
        st.builds(lambda a, n: a.size() > n, paths, st.integers(0, 3)),
        st.builds(lambda a: a.exists(), paths),
        st.builds(lambda a: a.missing(), paths),
    )


def changes(paths: Paths, values: Values) -> SearchStrategy[Change]:
    """A change of one attribute."""
    some = st.lists(values.every, min_size=1, max_size=2)
    texts = st.lists(values.texts, min_size=1, max_size=2)
    return st.one_of(
        st.builds(lambda a, v: a.assign(v), paths, values.every),
        st.builds(lambda a, v: a.assign_if_missing(v), paths, values.every),
        st.builds(lambda a, v: a.add(v), paths, values.numbers),
        st.builds(lambda a, v: a.append(*v), paths, some),
        st.builds(lambda a, v: a.prepend(*v), paths, some),
        st.builds(lambda a, v: a.add_to_set(*v), paths, texts),
        st.builds(lambda a, v: a.remove_from_set(*v), paths, texts),
        st.builds(lambda a: a.remove(), paths),
    )
