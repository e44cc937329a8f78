"""Tables at random: about half of them break a rule of CreateTable."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.property.created_tables import IndexSpec, TableSpec

LONGEST, TOO_LONG = "l" * 255, "m" * 256
KINDS = {
    **dict.fromkeys(["a", "b", "c", LONGEST, TOO_LONG], "S"),
    **dict.fromkeys(["d", "e", "f"], "N"),
    **dict.fromkeys(["g", "h"], "B"),
}
PROJECTED = [f"p{number:02d}" for number in range(22)]

keys = st.sampled_from(list(KINDS))
names = st.sampled_from(
    ["abc", "Some.Name_1-x", "x" * 255, "ab", "", "x" * 256, "with space", "ünnamed", "a:b"]
)
projections = st.none() | st.sampled_from([0, 1, 19, 20, 21]).map(
    lambda count: tuple(PROJECTED[:count])
)


@st.composite
def index_specs(draw: st.DrawFn, partition: str, number: int) -> IndexSpec:
    name = draw(st.just(f"Index{number}") | names)
    sort = tuple(draw(st.lists(keys, max_size=2) | st.lists(keys, max_size=5, unique=True)))
    if draw(st.booleans()):
        return IndexSpec(name, (partition,), sort, draw(projections), is_local=True)
    own = draw(st.lists(keys, min_size=1, max_size=5, unique=draw(st.integers(0, 3)) > 0))
    return IndexSpec(name, tuple(own), sort, draw(projections))


@st.composite
def table_specs(draw: st.DrawFn) -> TableSpec:
    partition, sort = draw(keys), draw(st.none() | keys)
    drawn = [draw(index_specs(partition, number)) for number in range(draw(st.integers(0, 3)))]
    # Many of one form: what is counted is counted by the table.
    like = draw(st.sampled_from([None, None, *drawn]))
    more = draw(st.sampled_from([3, 4, 5, 18, 19, 20, 21])) if like else 0
    alike = [
        IndexSpec(f"Like{number}", like.partition, like.sort, like.projected, like.is_local)
        for number in range(more)
        if like is not None
    ]
    return TableSpec(draw(st.just("Drawn") | names), partition, sort, (*drawn, *alike))
