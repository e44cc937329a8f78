"""Pages say what is declared, the same each time, and what they show is true."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

import trueup
from systems.nexus.tables import layer as nexus
from tests.docgen.layers import HOSTILE, NAMES, SHOP, SUITE, Order, Status, hostile_table
from trueup import AccessPattern, Example, InvalidCall, Layer, Table
from trueup.docgen import render_page, render_pages
from trueup.docgen.documented import DocumentedTable, documented
from trueup.docgen.text.markdown import one_line
from trueup.docgen.values.examples import EXAMPLE_NOW
from trueup.engines.connect import target_engine

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
PARSER = MarkdownIt("commonmark").enable("table")
INLINE = {
    "code_inline",
    "link_close",
    "link_open",
    "softbreak",
    "strong_close",
    "strong_open",
    "text",
    "text_special",
}
LABELS = {
    "Answers",
    "Holds",
    "Items in Python",
    "Lacks",
    "Name in the database",
    "Partition key",
    "Sort key",
}
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def pages_of(layer: Layer) -> dict[str, str]:
    return render_pages(layer, target_engine(layer))


def tables_of(layer: Layer) -> list[DocumentedTable]:
    return list(documented(layer, target_engine(layer)).tables)


@pytest.mark.parametrize("name", ["index.md", "ttl.md", "Orders.md", "Events.md"])
def test_page_is_the_golden_one(name: str) -> None:
    """A page that is meant to change: `python -m tests.docgen.update` writes the files."""
    assert pages_of(SHOP)[name] == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_pages_are_the_same_bytes_in_every_process(seed: str) -> None:
    program = """if True:
        import hashlib
        from tests.docgen.layers import SHOP, SUITE
        from trueup.docgen import render_page
        from trueup.engines.connect import target_engine
        text = "".join(render_page(layer, target_engine(layer)) for layer in (SHOP, SUITE))
        print(hashlib.sha256(text.encode()).hexdigest())"""
    # Neither the seed of hashes, nor the time zone, nor what names a table may show.
    surroundings = {"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "ORDERS_TABLE": f"orders-{seed}"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **surroundings},
        text=True,
        timeout=60,
    )
    assert done.stdout == _fingerprint()


def _fingerprint() -> str:
    import hashlib

    text = "".join(render_page(layer, target_engine(layer)) for layer in (SHOP, SUITE))
    return hashlib.sha256(text.encode()).hexdigest() + "\n"


@pytest.mark.parametrize("target", ["dynamodb", "sqlite"])
def test_every_table_of_the_suite_has_a_page(target: Any) -> None:
    layer = Layer("suite", target=target, tables=SUITE.tables)
    pages = pages_of(layer)
    for table in layer.tables:
        text = pages[f"{table.name}.md"]
        described = layer.describe(table)
        names = [one.attribute for one in described.attributes]
        names += [*described.indexes, *described.patterns]
        assert [name for name in names if name not in text] == []


def test_a_page_of_sqlite_shows_sql() -> None:
    layer = Layer("suite", target="sqlite", tables=SUITE.tables)
    assert "```sql\nSELECT item FROM" in pages_of(layer)["People.md"]


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_shown_and_does_nothing(name: str) -> None:
    pages = pages_of(Layer("one", target="sqlite", tables=[hostile_table(name)]))
    for page in pages.values():
        tokens = PARSER.parse(page)
        html = [token.content.strip() for token in tokens if token.type == "html_block"]
        assert html == [page.partition("\n")[0]]
        inline = [one for token in tokens for one in token.children or ()]
        assert {one.type for one in inline} <= INLINE
        assert {_after(inline, at) for at in _positions(inline, "strong_open")} <= LABELS
        links = {str(one.attrs["href"]) for one in inline if one.type == "link_open"}
        assert links <= pages.keys()


def _positions(tokens: list[Any], kind: str) -> list[int]:
    return [at for at, token in enumerate(tokens) if token.type == kind]


def _after(tokens: list[Any], at: int) -> str:
    return str(tokens[at + 1].content)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_shown_as_it_is(name: str) -> None:
    [page] = [
        text
        for file, text in pages_of(
            Layer("one", target="sqlite", tables=[hostile_table(name)])
        ).items()
        if file not in ("index.md", "ttl.md")
    ]
    tokens = PARSER.parse(page)
    inline = [one for token in tokens for one in token.children or ()]
    shown = {one.content for one in inline if one.type == "code_inline"}
    assert {one_line(name), one_line(name * 2)} <= shown
    title = tokens[_positions(tokens, "heading_open")[0] + 1].children or ()
    assert "".join(one.content for one in title) == one_line(name).strip()


def test_a_layer_without_tables_has_a_page() -> None:
    assert pages_of(Layer("none", target="sqlite", tables=[])) == {
        "index.md": "<!-- Generated by trueup generate docs from the layer none. Edit the "
        "declarations. -->\n\n# none\n\n0 tables, declared for `sqlite`.\n"
    }


def test_tables_have_as_many_cells_as_columns() -> None:
    for page in (*pages_of(HOSTILE).values(), *pages_of(SHOP).values()):
        for table in re.findall(r"^\|(?:.*\n\|)*.*$", page, re.MULTILINE):
            columns = [len(re.split(r"(?<!\\)\|", line)) for line in table.splitlines()]
            assert len(set(columns)) == 1


def test_file_names_are_safe_and_differ_where_cases_do_not_count() -> None:
    names = list(pages_of(HOSTILE))
    assert len({name.lower() for name in names}) == len(NAMES) + 2
    safe = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*\.md")
    assert [name for name in names if not safe.fullmatch(name)] == []


def test_links_lead_to_pages_and_headings() -> None:
    pages = pages_of(SHOP)
    linked = {target for text in pages.values() for target in re.findall(r"\]\(([^)]+)\)", text)}
    assert linked == pages.keys() - {"index.md"}
    page = render_page(SHOP, target_engine(SHOP))
    anchors = set(re.findall(r"\]\(#([^)]+)\)", page))
    assert anchors == {"orders", "events"}
    assert {"## Orders", "## Events"} <= set(page.splitlines())


def test_requests_are_those_that_are_sent() -> None:
    """A body of the page, and that of the preview."""
    page = pages_of(SHOP)["Orders.md"]
    shown = [json.loads(body) for body in re.findall(r"`Query`:\n\n```json\n(.*?)```", page, re.S)]
    engine = target_engine(SHOP)
    [orders, _] = tables_of(SHOP)
    sent = orders.requests.pattern("orders_of_customer", "ada", limit=5).payload
    assert json.loads(sent.body) == shown[0]
    assert shown[0]["TableName"] == engine.name_of(orders.table) == "shop-orders"


class Opened:
    """The tables of a page in a new database, at the present of the examples."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, clock: Any = EXAMPLE_NOW.timestamp) -> None:
        monkeypatch.setattr(trueup, "connect", partial(trueup.connect, clock=clock))
        self.names: dict[str, Any] = {}

    def run(self, block: str) -> Any:
        """The value of a block of one expression; None of any other."""
        if re.match(r"repository\.(get|pattern)\(", block):
            return eval(block, self.names)
        exec(block, self.names)
        return None


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    one = Opened(monkeypatch)
    yield one
    if "db" in one.names:
        one.names["db"].close()


@pytest.mark.parametrize(
    ("layer", "one"),
    [(layer, one) for layer in (SHOP, SUITE, nexus) for one in tables_of(layer)],
    ids=lambda one: one.table.name if isinstance(one, DocumentedTable) else one.name,
)
def test_calls_of_a_page_find_the_example_item(
    layer: Layer, one: DocumentedTable, opened: Opened
) -> None:
    page = pages_of(layer)[f"{one.table.name}.md"]
    setup, *calls = [block for block in BLOCK.findall(page) if "repository.put" not in block]
    opened.run(setup)
    opened.names["repository"].put(one.example)
    for call in calls:
        found = opened.run(call)
        item = found if isinstance(found, trueup.Model) else found.first()
        assert item is not None, call
        assert type(item) is type(one.example)


@pytest.mark.parametrize("one", tables_of(SHOP), ids=lambda one: one.table.name)
def test_code_of_a_page_sets_the_expiry(
    one: DocumentedTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Opened(monkeypatch, lambda: datetime.now(UTC).timestamp())
    page = pages_of(SHOP)["ttl.md"]
    section = page.partition(f"\n## {one.table.name}\n")[2].partition("\n## ")[0]
    before = datetime.now(UTC)
    setup, setting = BLOCK.findall(section)
    opened.run(setup)
    first, _, change = setting.partition("# Another expiry")
    opened.run(first)
    item = opened.names["repository"].get(opened.names["item"])
    assert one.table.expires is not None
    assert one.table.expires.kept is not None
    life = item.expires_at - before
    assert abs(life - one.table.expires.kept.duration) < timedelta(minutes=1)
    opened.run(f"#{change}")
    opened.names["db"].close()


def test_layers_inside_functions_have_pages_too() -> None:
    layer = Layer("local", target="sqlite", tables=[hostile_table("Local")])
    assert "repository = db.repository(table)" in pages_of(layer)["Local.md"]


def test_an_example_that_cannot_be_asked_is_an_error() -> None:
    example = Example("ada", sort=Order.status == Status.OPEN)
    wrong = Table(
        "Orders",
        Order,
        partition="customer",
        sort="order_key",
        patterns=[AccessPattern("p", examples=[example])],
    )
    layer = Layer("wrong", target="dynamodb", tables=[wrong])
    with pytest.raises(InvalidCall):
        pages_of(layer)
