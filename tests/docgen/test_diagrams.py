"""Diagrams of layers: what they say, where it stands, and that nothing of a name is obeyed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import pytest
from pydantic import Field

from systems.domainflow.tables import layer as domainflow
from systems.nexus.tables import layer as nexus
from tests.docgen.layers import HOSTILE, SHOP
from trueup import Layer, Model, Relational, Table
from trueup.docgen.diagrams.files import diagram_files
from trueup.docgen.diagrams.layer import diagram_of
from trueup.docgen.diagrams.mermaid import mermaid
from trueup.docgen.diagrams.ranks import arranged
from trueup.docgen.diagrams.routing import Drawing, Placed, drawn
from trueup.docgen.diagrams.svg import svg
from trueup.docgen.diagrams.values import Box, Diagram, Edge, End, Line
from trueup.docgen.documented import documented
from trueup.engines.connect import target_engine
from trueup.errors import Blocked
from trueup.lifecycle.generated import State, write_file
from trueup.relational import References, Unique

SVG = "{http://www.w3.org/2000/svg}"


class Author(Model):
    id: UUID = Field(default_factory=uuid4)
    name: str


class Book(Model):
    id: UUID = Field(default_factory=uuid4)
    author: UUID
    editor: UUID | None = None
    cover: UUID
    sequel_of: UUID | None = None


AUTHORS = Table("authors", Author, partition="id", relational=Relational())
BOOKS = Table(
    "books",
    Book,
    partition="id",
    relational=Relational(
        unique=[Unique("cover")],
        references=[
            References("author", "authors"),
            References("editor", "authors"),
            References("cover", "authors"),
            References("sequel_of", "books"),
        ],
    ),
)
LIBRARY = Layer("library", target="postgres", tables=[BOOKS, AUTHORS])


def diagram(layer: Layer) -> Diagram:
    return diagram_of(documented(layer, target_engine(layer)))


def many(count: int, edges: list[tuple[int, int]]) -> Diagram:
    lines = tuple(Line((), f"c{number}", "int") for number in range(5))
    boxes = tuple(Box(str(number), f"t{number}", lines) for number in range(count))
    found = tuple(
        Edge(str(source), str(target), "c1", 1, End.ANY, End.ONE) for source, target in edges
    )
    return Diagram("many", boxes, found, "", is_relational=True)


CIRCLE = many(3, [(0, 1), (1, 2), (2, 0)])
LADDER = many(30, [(a, b) for a in range(30) for b in range(a) if (a * 7 + b * 3) % 11 < 2])
STAR = many(25, [(number, 0) for number in range(1, 25)] + [(0, 0), (3, 3)])
DRAWN = {
    "domainflow": diagram(domainflow),
    "nexus": diagram(nexus),
    "library": diagram(LIBRARY),
    "hostile": diagram(HOSTILE),
    "circle": CIRCLE,
    "ladder": LADDER,
    "star": STAR,
}


@pytest.fixture(params=list(DRAWN.values()), ids=list(DRAWN))
def any_diagram(request: pytest.FixtureRequest) -> Diagram:
    found: Any = request.param
    assert isinstance(found, Diagram)
    return found


@pytest.mark.parametrize(
    ("field", "source_end", "target_end"),
    [
        ("author", End.ANY, End.ONE),
        ("editor", End.ANY, End.MAYBE_ONE),
        ("cover", End.MAYBE_ONE, End.ONE),
        ("sequel_of", End.ANY, End.MAYBE_ONE),
    ],
)
def test_ends_say_how_many(field: str, source_end: End, target_end: End) -> None:
    edge = next(one for one in diagram(LIBRARY).edges if one.label == field)
    assert (edge.source_end, edge.target_end) == (source_end, target_end)


def test_columns_have_types_and_marks() -> None:
    lines = diagram(LIBRARY).boxes[0].lines
    assert [(one.marks, one.name, one.detail, one.is_optional) for one in lines] == [
        (("PK",), "id", "uuid", False),
        (("FK",), "author", "uuid", False),
        (("FK",), "editor", "uuid", True),
        (("FK", "UK"), "cover", "uuid", False),
        (("FK",), "sequel_of", "uuid", True),
    ]


def test_types_are_shown_by_their_short_names() -> None:
    users = next(box for box in diagram(domainflow).boxes if box.title == "users")
    assert {"varchar(255)", "timestamptz"} <= {line.detail for line in users.lines}


def test_overview_has_tables_indexes_and_patterns() -> None:
    found = diagram(SHOP)
    assert [box.title for box in found.boxes] == [
        "shop-orders",
        "BySeller",
        "ByStatus (4 shards)",
        "Events",
    ]
    assert Line(("?",), "orders_of_seller") in found.boxes[1].lines
    assert [edge.target for edge in found.edges] == ["Orders", "Orders"]


def test_mermaid_of_references() -> None:
    assert mermaid(diagram(LIBRARY)).splitlines() == [
        "erDiagram",
        '    t_books["books"] {',
        "        uuid id PK",
        "        uuid author FK",
        '        uuid editor FK "NULL"',
        "        uuid cover FK, UK",
        '        uuid sequel_of FK "NULL"',
        "    }",
        '    t_authors["authors"] {',
        "        uuid id PK",
        "        text name",
        "    }",
        '    t_authors ||--o{ t_books : "author"',
        '    t_authors |o--o{ t_books : "editor"',
        '    t_authors ||--o| t_books : "cover"',
        '    t_books |o--o{ t_books : "sequel_of"',
    ]


def test_mermaid_obeys_no_name() -> None:
    for line in mermaid(diagram(HOSTILE)).splitlines()[1:]:
        node = re.fullmatch(r'    t\w+\["([^"\[\]]*)"\]', line)
        assert node or re.fullmatch(r"    t\w+ --> t\w+", line), line
        assert node is None or not re.search(r"<(?!/?b>|br>)", node[1])


def test_mermaid_of_names_that_are_no_words() -> None:
    lines = (Line(("PK",), "a b", "numeric(3,2)"), Line((), "1", "text", is_optional=True))
    found = mermaid(Diagram("d", (Box("x", "end", lines),), (), "", is_relational=True))
    assert found.splitlines()[1:4] == [
        '    t_end["end"] {',
        '        numeric(3_2) a_b PK "a b"',
        '        text _1 "1, NULL"',
    ]


@pytest.mark.case("P60")
def test_names_and_types_that_broke_other_diagrams() -> None:
    lines = (
        Line(("PK",), "_id", "timestamp without time zone"),
        Line(("FK",), "fk_user", "text[]"),
        Line((), "first.last", "double precision"),
    )
    boxes = (Box("a", "audit.log", lines), Box("b", "_private", lines), Box("c", "fk table", lines))
    edges = (Edge("a", "b", "fk.user", 1, End.ANY, End.ONE), Edge("c", "a", "_id", 0))
    found = Diagram("d", boxes, edges, "", is_relational=True)
    body = [
        "        timestamp_without_time_zone _id PK",
        "        text[] fk_user FK",
        '        double_precision first_last "first.last"',
        "    }",
    ]
    assert mermaid(found).splitlines() == [
        "erDiagram",
        '    t1["audit.log"] {',
        *body,
        '    t__private["_private"] {',
        *body,
        '    t3["fk table"] {',
        *body,
        '    t__private ||--o{ t1 : "fk.user"',
        '    t1 ||--|| t3 : "_id"',
    ]
    words = {one.text for one in ET.fromstring(svg(found)).iter(f"{SVG}text")}
    assert {"audit.log", "_private", "fk table", "first.last", "text[]"} <= words


def test_boxes_do_not_overlap(any_diagram: Diagram) -> None:
    for one, other in combinations(drawn(any_diagram).boxes, 2):
        assert not _overlap(one, other), (one.box.title, other.box.title)


def _overlap(one: Placed, other: Placed) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    above = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not beside and not above


def test_edges_go_through_no_box(any_diagram: Diagram) -> None:
    drawing = drawn(any_diagram)
    for (x1, y1), (x2, y2) in _segments(drawing):
        assert x1 == x2 or y1 == y2
        for box in drawing.boxes:
            is_out = (
                max(x1, x2) <= box.x
                or min(x1, x2) >= box.x + box.width
                or max(y1, y2) <= box.y
                or min(y1, y2) >= box.y + box.height
            )
            assert is_out, box.box.title


def _segments(drawing: Drawing) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for route in drawing.routes:
        yield from pairwise(route.points)


def test_edges_meet_their_boxes_apart(any_diagram: Diagram) -> None:
    drawing = drawn(any_diagram)
    boxes = {one.box.id: one for one in drawing.boxes}
    met: dict[tuple[int, str], list[int]] = {}
    for route in drawing.routes:
        ends = [
            (route.points[0], route.wire.nodes[0][0]),
            (route.points[-1], route.wire.nodes[-1][0]),
        ]
        for (x, y), id in ends:
            box = boxes[id]
            assert x in (box.x, box.x + box.width)
            assert box.y < y < box.y + box.height
            met.setdefault((x, id), []).append(y)
    assert all(len(set(heights)) == len(heights) for heights in met.values())


def test_upright_parts_of_edges_are_not_over_each_other(any_diagram: Diagram) -> None:
    upright = [
        (x1, *sorted((y1, y2)))
        for (x1, y1), (x2, y2) in _segments(drawn(any_diagram))
        if x1 == x2 and y1 != y2
    ]
    for (x1, low, high), (x2, lower, higher) in combinations(upright, 2):
        assert x1 != x2 or high < lower or higher < low


def test_everything_is_within_the_picture(any_diagram: Diagram) -> None:
    drawing = drawn(any_diagram)
    points = [point for route in drawing.routes for point in route.points]
    points += [(one.x + one.width, one.y + one.height) for one in drawing.boxes]
    assert all(0 < x < drawing.width and 0 < y < drawing.height for x, y in points)


def test_boxes_are_right_of_what_they_refer_to() -> None:
    columns = arranged(LADDER).nodes
    place = {node[0]: at for at, column in enumerate(columns) for node in column if node[1] < 0}
    assert all(place[edge.source] > place[edge.target] for edge in LADDER.edges)


def test_chain_longer_than_the_stack_is_drawn() -> None:
    length = sys.getrecursionlimit() + 10
    columns = arranged(many(length, [(at + 1, at) for at in range(length - 1)]))
    assert len(columns.nodes) == length


def test_empty_layer_is_drawn() -> None:
    assert ET.fromstring(svg(many(0, []))).tag == f"{SVG}svg"


def test_picture_is_read_aloud(any_diagram: Diagram) -> None:
    picture = ET.fromstring(svg(any_diagram))
    assert picture.get("role") == "img"
    labels = (picture.get("aria-labelledby") or "").split()
    said = {one.get("id"): one.text or "" for one in picture if one.get("id")}
    assert list(said) == labels
    for edge in any_diagram.edges:
        source = any_diagram.box(edge.source).title
        assert source.replace("\n", "\\n").replace("\x1b", "\\x1b") in said["described"]


def test_picture_has_no_script_and_nothing_from_elsewhere() -> None:
    text = svg(diagram(HOSTILE))
    tags = {one.tag.removeprefix(SVG) for one in ET.fromstring(text).iter()}
    assert tags <= {"svg", "title", "desc", "style", "rect", "g", "path", "circle", "text"}
    assert "href" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("text", ".paper"),
        ("text", ".head"),
        (".mark", ".box"),
        (".detail", ".box"),
        (".legend", ".paper"),
    ],
)
def test_texts_stand_out(text: str, ground: str, *, is_dark: bool) -> None:
    style = svg(CIRCLE).partition("<style>")[2].partition("</style>")[0]
    light, _, dark = style.partition("@media (prefers-color-scheme: dark)")
    colours = {**_fills(light), **(_fills(dark) if is_dark else {})}
    high, low = sorted((_luminance(colours[text]), _luminance(colours[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5


def _fills(style: str) -> dict[str, str]:
    rules = re.findall(r"([\w., ]+) \{[^}]*?fill: (#\w{6})", style)
    return {name.strip(): fill for names, fill in rules for name in names.split(",")}


def _luminance(colour: str) -> float:
    """Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


PROGRAM = """
from systems.domainflow.tables import layer
from trueup.docgen.diagrams.layer import diagram_of
from trueup.docgen.diagrams.mermaid import mermaid
from trueup.docgen.diagrams.svg import svg
from trueup.docgen.documented import documented
from trueup.engines.connect import target_engine
found = diagram_of(documented(layer, target_engine(layer)))
print(svg(found), mermaid(found), end="")
"""


def test_bytes_are_the_same_in_every_process() -> None:
    made = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert made[0] == made[1]


def test_files_are_three_or_the_one_that_is_named(tmp_path: Path) -> None:
    engine = target_engine(LIBRARY)
    names = [one.path.name for one in diagram_files(LIBRARY, engine, tmp_path)]
    assert sorted(names) == ["erd.md", "erd.mmd", "erd.svg"]
    [one] = diagram_files(LIBRARY, engine, tmp_path / "tables.svg")
    write_file(one)
    assert diagram_files(LIBRARY, engine, tmp_path / "tables.svg")[0].state is State.CURRENT


def test_file_of_somebody_else_is_kept(tmp_path: Path) -> None:
    (tmp_path / "erd.svg").write_text("<svg/>", encoding="utf-8")
    with pytest.raises(Blocked):
        diagram_files(LIBRARY, target_engine(LIBRARY), tmp_path)
