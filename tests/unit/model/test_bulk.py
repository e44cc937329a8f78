"""The garbage collector rests while many objects are made, and goes on after it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from trueup.engines.dynamodb.codec.decoder import ItemDecoder
from trueup.engines.dynamodb.codec.values import encode_body, item_to_json
from trueup.engines.sqlite import decoder as sqlite
from trueup.engines.sqlite.codec import to_json
from trueup.model import Model, Table
from trueup.model.translation.bulk import undisturbed
from trueup.model.translation.codec import TableCodec
from trueup.operations.actions import View


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    was_enabled = gc.isenabled()
    yield
    (gc.enable if was_enabled else gc.disable)()


@contextmanager
def counting() -> Iterator[list[str]]:
    """Each collection that starts in the block."""
    started: list[str] = []

    def note(phase: str, _: dict[str, Any]) -> None:
        if phase == "start":
            started.append(phase)

    gc.collect()
    gc.callbacks.append(note)
    try:
        yield started
    finally:
        gc.callbacks.remove(note)


def make_many() -> list[list[int]]:
    return [[] for _ in range(50_000)]


def test_collector_rests_while_many_objects_are_made() -> None:
    gc.enable()
    with counting() as disturbed:
        make_many()
    with counting() as started:
        undisturbed(make_many)()
        during = len(started)
    assert len(disturbed) > 1
    assert during <= 1  # once it is on again


@pytest.mark.parametrize("switch", [gc.enable, gc.disable])
def test_collector_is_left_as_it_was(switch: Callable[[], None]) -> None:
    switch()
    before = gc.isenabled()
    undisturbed(make_many)()
    assert gc.isenabled() == before
    with pytest.raises(ZeroDivisionError):
        undisturbed(lambda: 1 // 0)()
    assert gc.isenabled() == before


class Line(Model):
    book: str
    number: int
    words: list[str]


LINES = Table("Lines", Line, partition="book", sort="number")
MANY = [Line(book="b", number=number, words=[]) for number in range(3_000)]


def test_page_of_dynamodb_is_read_undisturbed() -> None:
    codec = TableCodec(LINES.described)
    body = encode_body({"Items": [item_to_json(codec.encode(line)) for line in MANY]})
    reader = ItemDecoder(codec, View())
    reader.page(body)  # compiles
    gc.enable()
    with counting() as started:
        models = reader.page(body).models
        assert len(started) <= 1
    assert models == MANY


def test_page_of_sqlite_is_read_undisturbed() -> None:
    codec = TableCodec(LINES.described)
    texts = [to_json(codec.encode(line)) for line in MANY]
    reader = sqlite.ItemDecoder(codec, View())
    gc.enable()
    with counting() as started:
        models = reader.texts(texts)
        assert len(started) <= 1
    assert models == MANY
