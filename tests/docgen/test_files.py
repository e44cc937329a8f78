"""Files of the documentation: only what changed is written, only our own is removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docgen.layers import SHOP, events, orders
from trueup import Blocked, ErrorCode, Layer, NeedsOperator
from trueup.docgen import render_page, stale_pages, write_pages
from trueup.engines.connect import target_engine
from trueup.lifecycle.generated import State

ENGINE = target_engine(SHOP)
SMALLER = Layer("shop", target="dynamodb", tables=[orders])
OTHER = Layer("other", target="dynamodb", tables=[events])


def written(layer: Layer, out: Path) -> dict[str, State]:
    changed = write_pages(layer, target_engine(layer), out)
    return {file.path.name: file.state for file in changed}


def test_missing_pages_are_written_and_then_nothing(tmp_path: Path) -> None:
    out = tmp_path / "new" / "docs"
    assert set(written(SHOP, out)) == {"index.md", "ttl.md", "Orders.md", "Events.md"}
    assert written(SHOP, out) == {}
    assert stale_pages(SHOP, ENGINE, out) == []


def test_only_the_page_that_changed_is_written(tmp_path: Path) -> None:
    write_pages(SHOP, ENGINE, tmp_path)
    page = tmp_path / "Orders.md"
    page.write_text(page.read_text(encoding="utf-8") + "more\n", encoding="utf-8")
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert written(SHOP, tmp_path) == {"Orders.md": State.STALE}
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert {name for name in after if after[name] != times[name]} == {"Orders.md"}


def test_the_page_of_a_table_that_is_gone_is_removed(tmp_path: Path) -> None:
    write_pages(SHOP, ENGINE, tmp_path)
    assert written(SMALLER, tmp_path)["Events.md"] is State.SUPERFLUOUS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Orders.md", "index.md", "ttl.md"]


def test_other_pages_and_those_of_other_layers_stay(tmp_path: Path) -> None:
    write_pages(OTHER, target_engine(OTHER), tmp_path / "events.md")
    (tmp_path / "notes.md").write_text("mine\n", encoding="utf-8")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\xff")
    write_pages(SHOP, ENGINE, tmp_path / "docs")
    write_pages(SMALLER, target_engine(SMALLER), tmp_path)
    assert {"events.md", "notes.md", "logo.png"} <= {path.name for path in tmp_path.iterdir()}


def test_a_page_that_someone_wrote_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "Orders.md").write_text("mine\n", encoding="utf-8")
    with pytest.raises(Blocked) as error:
        write_pages(SHOP, ENGINE, tmp_path)
    assert error.value.code is ErrorCode.FILE_EXISTS
    assert [path.name for path in tmp_path.iterdir()] == ["Orders.md"]


def test_ends_of_lines_do_not_count(tmp_path: Path) -> None:
    write_pages(SHOP, ENGINE, tmp_path)
    page = tmp_path / "Orders.md"
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    assert stale_pages(SHOP, ENGINE, tmp_path) == []


def test_a_file_named_md_gets_everything(tmp_path: Path) -> None:
    out = tmp_path / "docs" / "database-schema.md"
    assert written(SHOP, out) == {"database-schema.md": State.MISSING}
    assert out.read_text(encoding="utf-8") == render_page(SHOP, ENGINE)
    assert stale_pages(SHOP, ENGINE, out) == []


@pytest.mark.parametrize("name", ["file", "file/docs", "docs/page.md"])
def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("a file, no folder\n", encoding="utf-8")
    (tmp_path / "docs" / "page.md").mkdir(parents=True)
    with pytest.raises(NeedsOperator) as error:
        write_pages(SHOP, ENGINE, tmp_path / name)
    assert error.value.code is ErrorCode.CANNOT_OPEN
