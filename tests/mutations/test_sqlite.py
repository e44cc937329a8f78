"""Whatever others do to a file is found, and only that; it is planned, undone, and agrees again."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.changed_files.files import apply, create, declared, inspected, opened, values
from tests.mutations.sqlite import LAYER, MUTATIONS, NOTES, PAIRS, THINGS, FileMutation, Note, Pair
from trueup.engines.open_tables import OpenTables
from trueup.schema.hazard import Allowance
from trueup.schema.plan import Plan, make_plan
from trueup.schema.verify import verify_table

ITEMS = 60


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file of the layer with items."""
    path = tmp_path_factory.mktemp("mutations") / "made.db"
    with opened(f"sqlite:///{path}", LAYER) as tables:
        create(tables)
        tables.repository(THINGS).put_many(
            THINGS.model.model_validate(values(number)) for number in range(ITEMS)
        )
        tables.repository(PAIRS).put_many(Pair(a=f"a{at % 3}", b=f"b{at}") for at in range(ITEMS))
        tables.repository(NOTES).put(Note(id="1"))
    return path.read_bytes()


@pytest.fixture
def path(made: bytes, tmp_path: Path) -> Path:
    copy = tmp_path / "mutated.db"
    copy.write_bytes(made)
    return copy


def mutate(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.executescript(sql)


def differing(tables: OpenTables) -> list[str]:
    """The paths of what differs, from the table's name on."""
    live = inspected(tables)
    return [
        ".".join((name, *finding.difference.path))
        for name, schema in declared(tables).items()
        for finding in verify_table(schema, live.get(name))
        if finding.verdict == "differs"
    ]


def plan(tables: OpenTables) -> Plan:
    schemas = declared(tables)
    return make_plan(schemas, inspected(tables), owned=list(schemas), allowed=list(Allowance))


def items(tables: OpenTables) -> Mapping[str, list[str]]:
    """The items of each table, and of each index of Things, in its order."""
    found = {
        table.name: sorted(repr(item) for item in tables.repository(table).scan())
        for table in LAYER.tables
    }
    things = tables.repository(THINGS)
    for status in ("open", "closed", "späť"):
        found[status] = list(map(repr, things.query(status, index="ByStatus")))
    for digest in (b"\x00\xff", b"\x01\xff"):
        found[repr(digest)] = list(map(repr, things.query(digest, index="ByDigest")))
    return found


def is_lost(mutation: FileMutation) -> bool:
    """Whether items are lost by it, or by the replacement of the table."""
    return mutation.path.partition(".")[2] in ("", "key", "key.sort", "key.partition")


def only(found: list[str], path: str) -> bool:
    """Whether something was found at a path, and nothing elsewhere."""
    return bool(found) and all(f"{one}.".startswith(f"{path}.") for one in found)


@pytest.mark.case("S42")
@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_mutation_is_found_and_undone_and_done_again(path: Path, mutation: FileMutation) -> None:
    with opened(f"sqlite:///{path}", LAYER) as tables:
        before = items(tables)
        assert differing(tables) == []
    mutate(path, mutation.sql)
    with opened(f"sqlite:///{path}", LAYER) as tables:
        assert only(differing(tables), mutation.path), differing(tables)
        found = plan(tables)
        apply(tables, found.steps)
        assert differing(tables) == []
        assert plan(tables).changes == ()
        assert is_lost(mutation) or items(tables) == before
        if mutation.returns:
            inverses = [one.inverse() for one in reversed(found.changes)]
            apply(tables, [change for change in inverses if change is not None])
            assert only(differing(tables), mutation.path)
            apply(tables, plan(tables).steps)
            assert differing(tables) == []
            assert items(tables) == before


def test_there_are_as_many_as_promised() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)
    assert len(MUTATIONS) >= 25


def test_table_without_mutations_agrees(path: Path) -> None:
    with opened(f"sqlite:///{path}", LAYER) as tables:
        assert [differing(tables) for _ in range(20)] == [[]] * 20


@pytest.mark.parametrize(("table", "column"), [("Notes", "item"), ("Things", "number")])
def test_index_of_a_column_that_is_no_attribute_has_no_key(
    path: Path, table: str, column: str
) -> None:
    """The items are no attribute, nor is the text of a number, which sorts by another column."""
    mutate(path, f'CREATE INDEX "{table}.Mine" ON "{table}" ("{column}")')
    with opened(f"sqlite:///{path}", LAYER) as tables:
        index = inspected(tables)[table].schema.indexes["Mine"]
        assert (index.partition, index.sort) == ((), ())
        assert only(differing(tables), f"{table}.index.Mine")


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("""DELETE FROM "trueup:tables" WHERE name = 'Notes'""", "it was not made by Trueup"),
        ("ALTER TABLE Notes RENAME COLUMN item TO text", "it has no column with the items"),
    ],
)
def test_table_that_cannot_be_used_is_found(path: Path, sql: str, problem: str) -> None:
    mutate(path, sql)
    with opened(f"sqlite:///{path}", LAYER) as tables:
        assert differing(tables) == ["Notes"]
        assert inspected(tables)["Notes"].problem == problem
