"""The lock file: only one that was generated for these declarations, and is whole, is compared
with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.postgres_changes.schemas import SHOP
from tests.postgres_changes.shapes import Shapes, layer_of
from trueup.engines.connect import target_engine
from trueup.errors import Blocked, ConfigurationError, ErrorCode, TrueupError
from trueup.lifecycle.generated import State, write_file
from trueup.lifecycle.schema_lock.document import fingerprint
from trueup.lifecycle.schema_lock.file import checked_lock, lock_file, read_lock
from trueup.schema.engine import SchemaEngine
from trueup.schema.made import Made, MakingEngine


def engine_of(shapes: Shapes) -> SchemaEngine:
    """An engine that no server stands behind."""
    return target_engine(layer_of(shapes))


ENGINE = engine_of(SHOP)


def made_of(engine: SchemaEngine) -> Made:
    """What a server might have made."""
    assert isinstance(engine, MakingEngine)
    facts: Any = {"orders": {"columns": {"é\\": {"type": "text"}}, "constraints": {}}}
    return Made(engine.declaration, 15, {"citext": "1.6"}, facts)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A lock file of the shop."""
    file = tmp_path / "schema.lock.json"
    write_file(lock_file("shop", ENGINE, made_of(ENGINE), file))
    return file


def test_what_is_read_is_what_was_made(path: Path) -> None:
    assert read_lock(path, ENGINE) == made_of(ENGINE)
    assert lock_file("shop", ENGINE, made_of(ENGINE), path).state is State.CURRENT
    assert checked_lock(ENGINE, path).state is State.CURRENT


def test_other_declarations_make_the_file_stale(path: Path) -> None:
    other = engine_of({**SHOP, "people": SHOP["people"].describe("", "Someone")})
    with pytest.raises(Blocked, match="made of other declarations") as raised:
        read_lock(path, other)
    assert raised.value.code is ErrorCode.STALE_SCHEMA_LOCK
    assert "trueup generate lock" in raised.value.fix
    assert checked_lock(other, path).state is State.STALE


def test_file_of_another_layer_is_not_replaced(path: Path) -> None:
    with pytest.raises(Blocked) as raised:
        lock_file("house", ENGINE, made_of(ENGINE), path)
    assert raised.value.code is ErrorCode.FILE_EXISTS


def _signed(**changed: Any) -> Callable[[dict[str, Any]], str]:
    """The file with something else in it, by somebody who knows how the fingerprint is made."""

    def text(found: dict[str, Any]) -> str:
        said = {name: one for name, one in (found | changed).items() if name != "content"}
        return json.dumps(said | {"content": fingerprint(said)})

    return text


WRONG: dict[str, tuple[Callable[[dict[str, Any]], str], str]] = {
    "empty": (lambda _: "", "not JSON"),
    "half": (lambda found: json.dumps(found)[:-40], "not JSON"),
    "a merge": (lambda found: f"<<<<<<< HEAD\n{json.dumps(found)}", "not JSON"),
    "deep": (lambda _: "[" * 100_000, "not JSON|form of a lock file"),
    "digits": (lambda _: "1" * 5_000, "not JSON"),
    "a list": (lambda _: "[]", "form of a lock file"),
    "an older one": (_signed(format=0), "form of a lock file"),
    "a newer one": (_signed(format=2), "its format is 2 or later"),
    "no server": (_signed(server="15"), "form of a lock file"),
    "another engine": (_signed(engine="mysql"), "another engine"),
    "more": (_signed(secret="x"), "form of a lock file"),
    "facts that are none": (_signed(tables={"orders": 5}), "form of a lock file"),
    "edited": (lambda found: json.dumps(found | {"server": 16}), "changed since"),
}


@pytest.mark.parametrize(("change", "why"), WRONG.values(), ids=WRONG)
def test_file_that_was_not_generated_so_is_refused(
    path: Path, change: Callable[[dict[str, Any]], str], why: str
) -> None:
    found = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(change(found), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=why) as raised:
        read_lock(path, ENGINE)
    assert raised.value.code is ErrorCode.INVALID_SCHEMA_LOCK
    assert len(str(raised.value)) < 500


def test_huge_file_and_a_folder_are_refused(path: Path) -> None:
    with path.open("ab") as file:
        file.truncate(17 * 1024 * 1024)
    with pytest.raises(ConfigurationError, match="larger than 16 MB"):
        read_lock(path, ENGINE)
    with pytest.raises(ConfigurationError, match=r"regular file|directory"):
        read_lock(path.parent, ENGINE)


def test_damaged_file_is_refused_or_says_the_same(path: Path) -> None:
    whole = path.read_bytes()

    @settings(max_examples=150, deadline=None)
    @given(st.integers(0, len(whole) - 1), st.binary(max_size=3))
    def damaged(place: int, put: bytes) -> None:
        path.write_bytes(whole[:place] + put + whole[place + 1 :])
        assert said() in (made_of(ENGINE), ErrorCode.INVALID_SCHEMA_LOCK)

    def said() -> object:
        try:
            return read_lock(path, ENGINE)
        except TrueupError as error:
            return error.code

    damaged()
