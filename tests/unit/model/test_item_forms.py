"""Items from elsewhere become the models that a repository would read, and models such items."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

from trueup import (
    DeclarationError,
    Index,
    InvalidCall,
    Layer,
    Model,
    NeedsOperator,
    Table,
    Version,
    composed,
)
from trueup.model.declarations.item_form import ItemForm


class Entry(Model):
    owner: str
    key: str


class Invoice(Entry):
    number: int
    pointer: str = composed("INVOICE#{number:06d}")
    total: Decimal = Decimal(0)
    tags: frozenset[str] = frozenset()
    seal: bytes = b""
    due: datetime | None = None
    version: Version = 0


class Note(Entry):
    text: str = ""
    weights: list[float] = []


book = Table(
    "Book",
    Entry,
    partition="owner",
    sort="key",
    entities=[Invoice, Note],
    indexes=[Index("ByOwner", partition="owner", sort="key", shards=4)],
)
Layer("books", target="dynamodb", tables=[book])
INVOICE = Invoice(
    owner="ada",
    key="i#7",
    number=7,
    total=Decimal("12.50"),
    tags=frozenset({"a", "b"}),
    seal=b"\x00",
    due=datetime(2026, 1, 2, tzinfo=UTC),
)


@pytest.mark.parametrize("form", ["dynamodb", "plain"])
@pytest.mark.parametrize(
    "model", [INVOICE, Note(owner="bob", key="n#1", text="ü", weights=[1.5, 2])]
)
def test_what_is_written_reads_as_the_same(model: Entry, form: ItemForm) -> None:
    read = book.from_item(book.to_item(model, form=form), form=form)
    assert (type(read), read) == (type(model), model)


def test_item_has_what_is_derived_and_is_that_of_boto3() -> None:
    item = book.to_item(INVOICE)
    assert item["pointer"] == {"S": "INVOICE#000007"}
    assert item["entity"] == {"S": "Invoice"}
    plain = book.to_item(INVOICE, form="plain")
    of_boto3 = {name: TypeSerializer().serialize(value) for name, value in plain.items()}
    sets = {name: {"SS": sorted(one["SS"])} for name, one in of_boto3.items() if "SS" in one}
    assert item == {**of_boto3, **sets, "seal": {"B": "AA=="}}
    assert len(item) == len(Invoice.model_fields) + 2, "the entity, and the shard of the index"


def test_what_boto3_gives_is_read() -> None:
    item = {name: TypeDeserializer().deserialize(one) for name, one in _as_client().items()}
    assert isinstance(item["seal"], Binary)
    assert book.from_item(item, form="plain") == INVOICE


def _as_client() -> dict[str, Any]:
    """The item as boto3's client gives it: with bytes, which JSON has as text."""
    item = book.to_item(INVOICE)
    return {**item, "seal": {"B": b"\x00"}}


def test_bytes_of_boto3s_client_are_read_as_those_of_a_stream() -> None:
    assert book.from_item(_as_client()) == book.from_item(book.to_item(INVOICE)) == INVOICE


def test_attribute_that_the_model_does_not_know_is_kept() -> None:
    read = book.from_item({**book.to_item(INVOICE), "later": {"M": {"x": {"N": "1"}}}})
    assert book.to_item(read)["later"] == {"M": {"x": {"N": "1"}}}


@pytest.mark.parametrize(
    ("item", "form"),
    [
        (None, "dynamodb"),
        ([], "plain"),
        ({"owner": "ada", "key": "k"}, "dynamodb"),
        ({"owner": {"X": "ada"}}, "dynamodb"),
        ({"owner": {"N": "secret"}}, "dynamodb"),
        ({"owner": {"S": "ada", "N": "1"}}, "dynamodb"),
        ({"owner": object()}, "plain"),
    ],
)
def test_what_is_no_item_in_its_form_is_refused(item: Any, form: ItemForm) -> None:
    with pytest.raises(InvalidCall, match="wrong-type") as refused:
        book.from_item(item, form=form)
    assert "secret" not in str(refused.value)


def test_item_that_does_not_fit_is_refused_without_its_contents() -> None:
    with pytest.raises(NeedsOperator, match="number") as refused:
        book.from_item({**book.to_item(INVOICE), "number": {"S": "secret"}})
    assert "secret" not in str(refused.value)
    with pytest.raises(NeedsOperator, match="names no entity"):
        book.from_item({"owner": {"S": "ada"}, "key": {"S": "k"}, "entity": {"S": "Former"}})


def test_form_that_there_is_not_is_refused() -> None:
    form: Any = "json"
    with pytest.raises(InvalidCall, match="'dynamodb', 'plain'"):
        book.from_item({}, form=form)
    with pytest.raises(InvalidCall, match="'dynamodb', 'plain'"):
        book.to_item(INVOICE, form=form)


def test_table_of_no_layer_is_refused() -> None:
    alone = Table("Alone", Note, partition="owner")
    with pytest.raises(DeclarationError, match="in no layer"):
        alone.from_item({})
    with pytest.raises(DeclarationError, match="in no layer"):
        alone.to_item(Note(owner="a", key="b"))
