"""Descriptions that belong to nothing are refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from trueup import Layer, Model, Relational, Table
from trueup.errors import DeclarationError
from trueup.relational import SqlObject


class Row(Model):
    id: str


def problems(**settings: Any) -> str:
    table = Table("rows", Row, partition="id", relational=Relational(**settings))
    with pytest.raises(DeclarationError) as caught:
        Layer("rows", target="postgres", tables=[table])
    return str(caught.value)


def test_description_of_a_type_that_is_not_declared_is_refused() -> None:
    assert "names 'kinds', which is no type of enums=" in problems(enum_descriptions={"kinds": "x"})


def test_description_of_no_policy_is_refused() -> None:
    assert "tenant_description= without tenant=" in problems(tenant_description="x")


@pytest.mark.case("P61")
@pytest.mark.parametrize("statement", ["COMMENT ON INDEX a IS 'x'", "\n comment  on view v is 'x'"])
def test_comment_as_an_object_is_refused_with_what_works(statement: str) -> None:
    found = problems(objects=[SqlObject("view", "v", statement)])
    assert "is a COMMENT ON; describe things by description=" in found
