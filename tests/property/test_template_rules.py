"""Rules of templates take any values: they find mistakes, or say what they cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.checks.test_template_mistakes import MISTAKES
from trueup.checks.templates.lint import template_problems
from trueup.templates.reading import read_template
from trueup.templates.template import Template, unresolved

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10),
    st.sampled_from([1e300, float("nan"), float("inf")]),
    st.sampled_from(
        ["", "HASH", "orders", "true", "-1", "nan", "1e999", "*", "${AWS::Region}", "a:b"]
    ),
    st.just(unresolved("!Ref Orders", "it is not known", resource="Orders")),
    st.just(unresolved("!Ref Given", "it is not given")),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["AttributeName", "KeyType", "x"]), inner, max_size=3),
    ),
    max_leaves=6,
)


@cache
def templates() -> list[Template]:
    found = []
    with TemporaryDirectory() as folder:
        file = Path(folder) / "template.yaml"
        for mistake in MISTAKES:
            file.write_text(mistake.text, encoding="utf-8")
            found.append(read_template(file))
    return found


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of all values, the deepest last."""
    entries: list[Any] = []
    if isinstance(value, Mapping):
        entries = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
    return [path, *(below for key, one in entries for below in paths(one, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], to: Any) -> Any:
    """The value with another one at a place."""
    if not path:
        return to
    first, *rest = path
    if isinstance(value, Mapping):
        return {**value, first: changed(value[first], tuple(rest), to)}
    return [
        changed(one, tuple(rest), to) if number == first else one
        for number, one in enumerate(value)
    ]


@given(st.data())
def test_any_value_in_any_place_is_found_or_not_known(data: st.DataObject) -> None:
    template = data.draw(st.sampled_from(templates()))
    resources = dict(template.resources)
    for _ in range(data.draw(st.integers(1, 3))):
        resource = data.draw(st.sampled_from(list(resources.values())))
        places = [one for one in paths(resource.properties) if one]
        if places:
            properties = changed(
                resource.properties, data.draw(st.sampled_from(places)), data.draw(VALUES)
            )
            resources[resource.id] = replace(resource, properties=properties)
    mangled = replace(template, resources=resources)
    for problem in template_problems(mangled):
        assert problem.what
        assert problem.fix
