"""Names that PostgreSQL can have, and texts in SQL."""

from __future__ import annotations

import pytest

from trueup.engines.postgres.values.names import MOST_BYTES, column_name, literal, quote, short_name
from trueup.errors import DeclarationError


@pytest.mark.parametrize("name", ["id", "select", "Größe", 'a"b', "x" * 63, "item:order"])
def test_attribute_has_its_name_as_a_column(name: str) -> None:
    assert column_name(name) == name


@pytest.mark.parametrize(
    "name", ["xmin", "ctid", "unknown_attributes", "a~0123456789", "x" * 64, "é" * 32]
)
def test_column_has_another_name_if_postgresql_cannot_have_it(name: str) -> None:
    column = column_name(name)
    assert column != name
    assert len(column.encode()) <= MOST_BYTES
    assert column != column_name(column)  # nor can another attribute have it


def test_long_names_that_begin_alike_stay_apart() -> None:
    assert short_name("x" * 64) != short_name("x" * 65)


def test_identifier_cannot_end_early() -> None:
    assert quote('a"; DROP TABLE b; --') == '"a""; DROP TABLE b; --"'


def test_identifier_with_nul_is_refused() -> None:
    with pytest.raises(DeclarationError, match="NUL"):
        quote("a\0")


def test_literal_cannot_end_early() -> None:
    assert literal("it's") == "'it''s'"
    assert literal("\\'") == "E'\\\\'''"
