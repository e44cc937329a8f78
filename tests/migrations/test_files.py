"""Files are read whole, or refused with their line before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueup.errors import DeclarationError, ErrorCode
from trueup.migrations.files import read_folder
from trueup.migrations.sections import Batch, Expectation
from trueup.migrations.statements import Dialect

GOOD = """-- trueup: up
-- trueup: loses the old names
-- trueup: expects jobs: id > 0
CREATE TABLE a (id int);
-- trueup: batch a by id size 7
UPDATE a SET id = id WHERE :batch;
-- trueup: down
DROP TABLE a;
"""


def read(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / f"{name[1:]}.sql").write_text(text, encoding="utf-8")
    return [one.name for one in read_folder(folder, Dialect.POSTGRES)]


def test_parts_and_directives_are_read(tmp_path: Path) -> None:
    read(tmp_path, _0001_a=GOOD)
    (migration,) = read_folder(tmp_path, Dialect.POSTGRES)
    first, second = migration.up.statements
    assert (first.line, second.line, second.batch) == (4, 6, Batch("a", "id", 7))
    assert (migration.up.in_transaction, migration.down.in_transaction) == (False, True)
    assert migration.up.loses == ("the old names",)
    assert migration.up.expects == (Expectation("jobs", "id > 0"),)
    assert migration.down.statements[0].sql == "DROP TABLE a"


def test_files_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    files = {"_10_c": GOOD, "_9_b": GOOD, "_0001_a": GOOD}
    assert read(tmp_path, **files) == ["0001_a", "9_b", "10_c"]


@pytest.mark.case("P45")
@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("SELECT 1;", 1, "a statement stands before the parts"),
        ("-- nothing", 1, "it has no part up"),
        ("-- trueup: up\nSELECT 1;", 1, "does not say how it is undone"),
        ("-- trueup: up\n-- trueup: up\n-- trueup: down", 2, "two parts up"),
        ("-- trueup: up\n-- trueup: down\n-- trueup: down", 3, "two parts down"),
        ("-- trueup: down\n-- trueup: up", 1, "its part down stands first"),
        ("-- trueup: up\n-- trueup: dwon", 2, "there is no directive dwon"),
        ("-- trueup: up now\n-- trueup: down", 1, "up takes nothing after it"),
        ("-- trueup: up\nSELECT 'a;\n-- trueup: down", 2, "has no end"),
        ("-- trueup: up\nBEGIN;\n-- trueup: down", 2, "BEGIN is said by the runner"),
        ("-- trueup: up\n\\d jobs\n-- trueup: down", 2, "commands of psql"),
        ("-- trueup: up\nCOPY a FROM STDIN;\n-- trueup: down", 2, "COPY has no input"),
        ("-- trueup: up\n-- trueup: batch a\nSELECT 1;", 2, "batch is not understood"),
        ("-- trueup: up\n-- trueup: batch a by b\nSELECT 1;\n", 3, ":batch stands once"),
        ("-- trueup: up\nUPDATE a SET b = 1 WHERE :batch;\n", 2, ":batch stands once"),
        ("-- trueup: up\nSELECT 1 -- trueup: loses it\n;", 2, "loses stands in a statement"),
        ("-- trueup: up\n-- trueup: forward-only", 2, "says no reason"),
        ("-- trueup: forward-only no\n-- trueup: up\n-- trueup: down", 1, "says it has none"),
        ("-- trueup: loses a\n-- trueup: up", 1, "loses stands before the parts"),
        ("-- trueup: up\n-- trueup: expects jobs\n", 2, "expects is not understood"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, what: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        read(tmp_path, _0001_a=text)
    assert caught.value.code is ErrorCode.MIGRATION_INVALID
    assert what in caught.value.what
    assert str(caught.value.where).endswith(f"/0001_a.sql:{line}")


def test_names_that_order_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="its name is none"):
        read(tmp_path, _add_a=GOOD)


def test_two_files_of_one_version_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="two files have the version 1"):
        read(tmp_path, _0001_a=GOOD, _01_b=GOOD)


def test_what_stands_in_a_text_is_no_directive(tmp_path: Path) -> None:
    text = "-- trueup: up\nSELECT $$\n-- trueup: down\n$$;\n-- trueup: down\nSELECT 1;"
    read(tmp_path, _0001_a=text)
    (migration,) = read_folder(tmp_path, Dialect.POSTGRES)
    assert (len(migration.up.statements), len(migration.down.statements)) == (1, 1)
