"""Files of seeds that hold no items: an error of ours, which names the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueup import InvalidCall, Model, Table
from trueup.model.description.check import describe
from trueup.seeds.files import Row, rows_of_file
from trueup.testing.suite.harness.refusals import refused


class Dish(Model):
    name: str
    price: int = 0
    note: str = ""
    parts: list[dict[str, int]] = []


class Cake(Dish):
    pass


class Soup(Dish):
    pass


TABLE = describe(Table("Dishes", Dish, partition="name"))
DEEP = '{"name": ' + "[" * 200_000 + "]" * 200_000 + "}"
DIGITS = '{"name": "a", "price": ' + "9" * 10_000 + "}"
TWICE = '{"name": "a",\n "name": "b"}'
INNER = '{"name": "a", "parts": [{"x": 1, "x": 2}]}'
NAN = '{"name": "a", "price": NaN}'


def rows(folder: Path, name: str, text: str) -> list[Row]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return list(rows_of_file(path, TABLE))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (DEEP, "nest too deep"),
        (DIGITS, "too many digits"),
        (TWICE, "'name' is there twice"),
        (INNER, "'x' is there twice"),
        (NAN, "NaN is no number"),
        ('{"name": "a"', "delimiter"),
    ],
)
def test_json_that_holds_no_item_is_told(tmp_path: Path, text: str, says: str) -> None:
    with refused(InvalidCall) as refusal:
        rows(tmp_path, "dishes.json", f"[{text}]")
    assert refusal.says("no list of items", says, "dishes.json")
    [bad, good] = rows(tmp_path, "dishes.jsonl", text.replace("\n", "") + '\n{"name": "b"}\n')
    assert bad.item is None
    assert (bad.source, says in bad.problem) == ("dishes.jsonl:1", True)
    assert good.item == Dish(name="b")


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        (
            'name,note\na,"b\nc,d\ne,f\n',
            "unexpected end of data, in the row that begins here",
            "line 2",
        ),
        ('name,note\na,"b"c\n', "expected after", "line 2"),
        ("name,note\na," + "b" * 200_000 + "\n", "field larger than field limit", "line 2"),
        ("name,note,name\na,b,c\n", "'name' is there twice", "line 1"),
        ('name,"note\n', "unexpected end of data", "line 1"),
    ],
)
def test_csv_that_hides_rows_is_refused_before_any_is_read(
    tmp_path: Path, text: str, says: str, line: str
) -> None:
    path = tmp_path / "dishes.csv"
    path.write_text(text, encoding="utf-8")
    with refused(InvalidCall) as refusal:
        next(rows_of_file(path, TABLE))
    assert refusal.says("no list of items", says, f"{path}, {line}")


def test_csv_with_quotes_that_are_closed_is_read(tmp_path: Path) -> None:
    read = rows(tmp_path, "dishes.csv", 'name,note\na,"b\n""c"""\nd,\n')
    assert [row.item for row in read] == [Dish(name="a", note='b\n"c"'), Dish(name="d")]
    assert [row.source for row in read] == ["dishes.csv:3", "dishes.csv:4"]


@pytest.mark.parametrize("depth", [100, 900, 5_000, 50_000])
def test_value_of_any_depth_is_a_row_or_a_problem(tmp_path: Path, depth: int) -> None:
    text = '{"name": "a", "parts": ' + "[" * depth + "]" * depth + "}"
    [row] = rows(tmp_path, "dishes.jsonl", text)
    assert row.item is None
    assert row.problem


@pytest.mark.parametrize("kind", ["[]", "{}", "3", "null", '"None"'])
def test_entity_of_another_kind_is_told(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "menu.jsonl"
    path.write_text(f'{{"name": "a", "kind": {kind}}}', encoding="utf-8")
    entities = Table("Menu", Dish, partition="name", entities=[Cake, Soup], discriminator="kind")
    [row] = rows_of_file(path, describe(entities))
    assert row.problem.startswith("its kind is none of")
