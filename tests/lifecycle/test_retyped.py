"""An attribute of several indexes gets another type: they are built anew, and one run is enough."""

from __future__ import annotations

import pytest

from tests.lifecycle.places import Place
from trueup import Index, Layer, Model, Table
from trueup.lifecycle.apply import apply
from trueup.lifecycle.inspection import Intent, inspect


class ByNumber(Model):
    id: str
    day: int | None = None


class ByText(Model):
    id: str
    day: str | None = None


def layer(model: type[Model]) -> Layer:
    indexes = [Index("AAA", partition="day"), Index("BBB", partition="day", sort="id")]
    return Layer(
        "retyped",
        target="dynamodb",
        tables=[Table("Orders", model, partition="id", indexes=indexes)],
    )


@pytest.mark.case("S9")
def test_indexes_that_share_an_attribute_are_built_anew_in_one_run(place: Place) -> None:
    with place.opened(layer(ByNumber)) as target:
        apply(target, Intent())
    with place.opened(layer(ByText)) as target:
        apply(target, Intent())
        assert inspect(target).plan(Intent()).changes == ()
        (live,) = inspect(target).live.values()
        assert {str(index.partition[0]) for index in live.schema.indexes.values()} == {"day S"}
