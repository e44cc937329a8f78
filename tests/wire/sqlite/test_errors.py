"""SQLite's own failures, provoked for real, as our errors."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from trueup.engines.sqlite.errors import translate
from trueup.engines.sqlite.wire.blocking import SqliteWire
from trueup.engines.sqlite.wire.connections import Location
from trueup.errors import (
    AlreadyExists,
    DeadlineExceeded,
    ErrorCode,
    InvalidCall,
    NeedsOperator,
    Place,
    TrueupError,
    Unavailable,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.db"


@pytest.fixture
def wire(path: Path) -> Iterator[SqliteWire]:
    with closing(SqliteWire(Location(path))) as opened:
        opened.write(lambda c: c.execute("CREATE TABLE t (k TEXT PRIMARY KEY, v)"))
        yield opened


def caught(call: Callable[[], object]) -> TrueupError:
    with pytest.raises(TrueupError) as raised:
        call()
    assert raised.value.fix
    return raised.value


def insert(wire: SqliteWire, key: str, value: object = None) -> None:
    wire.write(lambda c: c.execute("INSERT INTO t VALUES (?, ?)", (key, value)))


def test_a_write_to_a_database_opened_for_reading(wire: SqliteWire, path: Path) -> None:
    with closing(SqliteWire(Location(path, read_only=True))) as reader:
        error = caught(lambda: insert(reader, "a"))
        assert error.code is ErrorCode.READ_ONLY
        assert str(path) in str(error.where)
        assert reader.read("SELECT * FROM t") == []


def test_a_write_on_a_reading_connection(wire: SqliteWire) -> None:
    assert caught(lambda: wire.read("DELETE FROM t")).code is ErrorCode.READ_ONLY


def test_a_damaged_file(wire: SqliteWire, path: Path) -> None:
    wire.write(
        lambda c: c.executemany(
            "INSERT INTO t VALUES (?, ?)", [(str(i), "x" * 500) for i in range(500)]
        )
    )
    wire.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with closing(SqliteWire(Location(path))) as damaged:
        error = caught(lambda: damaged.read("SELECT * FROM t"))
    assert error.code is ErrorCode.CORRUPT_FILE


def test_a_file_that_is_no_database(path: Path) -> None:
    path.write_bytes(b"customer,day\n" * 400)
    error = caught(lambda: SqliteWire(Location(path)))
    assert (error.code, error.native) == (ErrorCode.CORRUPT_FILE, "SQLITE_NOTADB")
    assert path.read_bytes() == b"customer,day\n" * 400


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert (
        caught(lambda: SqliteWire(Location(tmp_path / "no" / "x.db"))).code is ErrorCode.CANNOT_OPEN
    )


def test_a_missing_file_opened_for_reading_is_not_created(path: Path) -> None:
    assert caught(lambda: SqliteWire(Location(path, read_only=True))).code is ErrorCode.CANNOT_OPEN
    assert not path.exists()


def test_a_file_of_another_application_is_refused_unchanged(path: Path) -> None:
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    error = caught(lambda: SqliteWire(Location(path)))
    assert error.code is ErrorCode.CANNOT_OPEN
    assert "another application" in error.what
    assert path.read_bytes() == before


def test_a_file_of_a_newer_format_is_refused(wire: SqliteWire, path: Path) -> None:
    wire.write(lambda c: c.execute("PRAGMA user_version = 999"))
    wire.close()
    error = caught(lambda: SqliteWire(Location(path)))
    assert error.code is ErrorCode.CANNOT_OPEN
    assert "format 999" in error.what


def test_a_full_disk_writes_nothing(wire: SqliteWire) -> None:
    pages = wire.read("PRAGMA page_count")[0][0]
    wire.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages + 2}").fetchone())
    error = caught(lambda: insert(wire, "big", "x" * 100_000))
    assert (error.code, error.native) == (ErrorCode.DISK_FULL, "SQLITE_FULL")
    insert(wire, "small")
    assert wire.read("SELECT k FROM t") == [("small",)]


@pytest.fixture
def locked(path: Path, wire: SqliteWire) -> Iterator[None]:
    """Another connection holds the write lock."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.usefixtures("locked")
def test_a_lock_held_until_the_deadline(wire: SqliteWire) -> None:
    begun = time.monotonic()
    with pytest.raises(DeadlineExceeded) as raised:
        wire.write(lambda c: c.execute("DELETE FROM t"), time.monotonic() + 0.1)
    assert raised.value.native == "SQLITE_BUSY"
    assert 0.1 <= time.monotonic() - begun < 5
    assert wire.read("SELECT * FROM t") == []


def test_a_lock_met_without_a_deadline_is_busy(path: Path) -> None:
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as one,
        closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as other,
    ):
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as raised:
            other.execute("BEGIN IMMEDIATE")
    assert type(translate(raised.value, Place("sqlite"))) is Unavailable
    assert type(translate(raised.value, Place("sqlite"), deadline_passed=True)) is DeadlineExceeded


def test_a_missing_table_names_the_call_that_makes_it(wire: SqliteWire) -> None:
    error = caught(lambda: wire.read("SELECT * FROM orders"))
    assert error.code is ErrorCode.TABLE_NOT_FOUND
    assert "orders" in error.what
    assert "db.create_tables()" in error.fix


@pytest.mark.parametrize("sql", ["SELECT absent FROM t", "INSERT INTO t (absent) VALUES (1)"])
def test_a_missing_column_is_a_schema_that_differs(wire: SqliteWire, sql: str) -> None:
    error = caught(lambda: wire.write(lambda c: c.execute(sql)))
    assert error.code is ErrorCode.SCHEMA_MISMATCH
    assert "absent" in error.what


def test_a_key_that_is_there(wire: SqliteWire) -> None:
    insert(wire, "secret")
    error = caught(lambda: insert(wire, "secret"))
    assert type(error) is AlreadyExists
    assert error.native == "SQLITE_CONSTRAINT_PRIMARYKEY"
    assert "secret" not in str(error)


def test_an_item_that_is_too_long(wire: SqliteWire) -> None:
    def work(connection: sqlite3.Connection) -> None:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1000)
        connection.execute("INSERT INTO t VALUES ('a', ?)", ("secret" * 1000,))

    error = caught(lambda: wire.write(work))
    assert type(error) is InvalidCall
    assert error.code is ErrorCode.ITEM_TOO_LARGE
    assert "secret" not in str(error)


def test_an_interrupted_statement_is_a_deadline(wire: SqliteWire) -> None:
    def work(connection: sqlite3.Connection) -> None:
        connection.set_progress_handler(lambda: 1, 10)
        try:
            connection.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n LIMIT 9999)"
                " SELECT count(*) FROM n"
            )
        finally:
            connection.set_progress_handler(None, 0)

    assert type(caught(lambda: wire.write(work))) is DeadlineExceeded


def test_an_unknown_failure_keeps_its_native_name(wire: SqliteWire) -> None:
    error = caught(lambda: wire.read("SELEKT"))
    assert type(error) is NeedsOperator
    assert (error.code, error.native) == (ErrorCode.ENGINE_FAILED, "SQLITE_ERROR")
    assert isinstance(error.__cause__, sqlite3.OperationalError)


def test_a_closed_database_says_so(wire: SqliteWire) -> None:
    wire.close()
    wire.close()
    for call in (lambda: wire.read("SELECT 1"), lambda: insert(wire, "a")):
        error = caught(call)
        assert type(error) is InvalidCall
        assert error.code is ErrorCode.CLOSED
