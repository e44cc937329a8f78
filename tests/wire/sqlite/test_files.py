"""Who may read and write a file: users, folders, permissions; and what stays beside it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.forked import answer_of_child
from trueup.engines.sqlite.wire.blocking import SqliteWire
from trueup.engines.sqlite.wire.connections import Location
from trueup.errors import ErrorCode

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="needs users and permissions"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]
NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users can reach."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def as_another_user(call: Callable[[], object]) -> str:
    """What the call returns for a user who owns nothing, or the code of its error."""

    def without_rights() -> object:
        if os.geteuid() == 0:  # as whom no permission is refused
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        return call()

    return answer_of_child(without_rights)


def make(path: Path, mode: int = 0o644) -> None:
    with closing(SqliteWire(Location(path))) as wire:
        wire.write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY)"))
    path.chmod(mode)


def put(wire: SqliteWire, key: int) -> None:
    wire.write(lambda c: c.execute("INSERT INTO t VALUES (?)", (key,)))


def keys(wire: SqliteWire) -> list[int]:
    return [key for (key,) in wire.read("SELECT k FROM t ORDER BY k")]


def read(path: Path) -> list[int]:
    with closing(SqliteWire(Location(path, read_only=True))) as wire:
        return keys(wire)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.fault("F30")
@pytest.mark.usefixtures("umask")
def test_files_are_private(folder: Path) -> None:
    with closing(SqliteWire(Location(folder / "data.db"))) as wire:
        wire.write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY)"))
        assert names(folder) == ["data.db", "data.db-shm", "data.db-wal"]
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.usefixtures("umask")
def test_file_that_is_there_keeps_its_permissions(folder: Path) -> None:
    (folder / "data.db").touch(0o640)
    with closing(SqliteWire(Location(folder / "data.db"))) as wire:
        wire.write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY)"))
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o640}


@pytest.mark.usefixtures("umask")
def test_file_at_the_end_of_a_link_is_private(folder: Path) -> None:
    (folder / "link.db").symlink_to(folder / "data.db")
    make_in_link = Location(folder / "link.db")
    SqliteWire(make_in_link).close()
    assert (folder / "data.db").stat().st_mode & 0o777 == 0o600
    assert names(folder) == ["data.db", "link.db"]


@pytest.mark.fault("F30")
def test_reading_leaves_nothing_behind(folder: Path) -> None:
    make(folder / "data.db")
    before = (folder / "data.db").read_bytes()
    assert read(folder / "data.db") == []
    assert names(folder) == ["data.db"]
    assert (folder / "data.db").read_bytes() == before


@pytest.mark.fault("F30")
def test_reader_that_closes_first_leaves_the_log_to_the_writer(folder: Path) -> None:
    make(folder / "data.db")
    with closing(SqliteWire(Location(folder / "data.db"))) as wire:
        put(wire, 1)
        assert read(folder / "data.db") == [1]
        put(wire, 2)
    assert names(folder) == ["data.db"]
    assert read(folder / "data.db") == [1, 2]


@pytest.mark.fault("F18")
@pytest.mark.parametrize("mode", [0o644, 0o444, 0o666])
def test_file_in_a_folder_that_may_not_be_written_is_read(folder: Path, mode: int) -> None:
    make(folder / "data.db", mode)
    folder.chmod(0o555)
    assert as_another_user(lambda: read(folder / "data.db")) == "[]"
    assert names(folder) == ["data.db"]


@pytest.mark.fault("F18")
def test_file_that_may_not_be_written_gets_no_files_beside_it(folder: Path) -> None:
    """They would be the reader's, and shut out the writer."""
    make(folder / "data.db", 0o644)
    folder.chmod(0o777)
    assert as_another_user(lambda: read(folder / "data.db")) == "[]"
    assert names(folder) == ["data.db"]


@pytest.mark.fault("F18")
def test_reader_without_rights_sees_what_a_writer_writes(folder: Path) -> None:
    """Also one that opens the file while it is read, and one that comes back."""
    make(folder / "data.db")
    wrote, write = os.pipe()
    answer, say = os.pipe()

    def read_in_turns() -> None:
        with closing(SqliteWire(Location(folder / "data.db", read_only=True))) as wire:
            for _ in range(4):
                os.write(say, f"{keys(wire)}\n".encode())
                os.read(wrote, 1)

    child = os.fork()
    if child == 0:
        as_another_user(read_in_turns)
        os._exit(0)
    os.close(say)
    with os.fdopen(answer) as seen:
        assert seen.readline() == "[]\n"
        with closing(SqliteWire(Location(folder / "data.db"))) as wire:
            put(wire, 1)
            os.write(write, b"x")
            assert seen.readline() == "[1]\n"  # from the log
        os.write(write, b"x")
        assert seen.readline() == "[1]\n"
        with closing(SqliteWire(Location(folder / "data.db"))) as wire:
            put(wire, 2)
        os.write(write, b"x")
        assert seen.readline() == "[1, 2]\n"
        os.write(write, b"x")
        os.waitpid(child, 0)


@pytest.mark.fault("F18")
def test_file_that_is_replaced_while_it_is_read_is_opened_again(folder: Path) -> None:
    make(folder / "data.db")
    make(folder / "new.db")
    with closing(SqliteWire(Location(folder / "new.db"))) as wire:
        put(wire, 7)

    def replace_it() -> list[list[int]]:
        with closing(SqliteWire(Location(folder / "data.db", read_only=True))) as wire:
            first = keys(wire)
            os.write(ready_say, b"x")
            os.read(replaced, 1)
            return [first, keys(wire)]

    ready, ready_say = os.pipe()
    replaced, replaced_say = os.pipe()
    helper = os.fork()
    if helper == 0:
        os.close(ready_say)
        os.read(ready, 1)
        (folder / "new.db").rename(folder / "data.db")
        os.write(replaced_say, b"x")
        os._exit(0)
    answer = as_another_user(replace_it)
    os.close(ready_say)
    os.waitpid(helper, 0)
    assert answer == "[[], [7]]"


@pytest.mark.fault("F18")
def test_log_that_cannot_be_read_is_not_overlooked(folder: Path) -> None:
    """A copy of a database without its index, but with a log: the file alone would be stale."""
    make(folder / "data.db")
    with closing(SqliteWire(Location(folder / "data.db"))) as wire:
        put(wire, 1)
        (folder / "copy").mkdir()
        for name in ("data.db", "data.db-wal"):
            (folder / "copy" / name).write_bytes((folder / name).read_bytes())
    (folder / "copy").chmod(0o555)
    assert as_another_user(lambda: read(folder / "copy" / "data.db")) == ErrorCode.CANNOT_OPEN.value
    (folder / "copy").chmod(0o755)
    assert read(folder / "copy" / "data.db") == [1]


def test_file_without_write_permission_is_not_written(folder: Path) -> None:
    make(folder / "data.db", 0o444)
    folder.chmod(0o777)

    def write() -> None:
        with closing(SqliteWire(Location(folder / "data.db"))) as wire:
            put(wire, 1)

    assert as_another_user(write) == ErrorCode.READ_ONLY.value
    assert read(folder / "data.db") == []


def test_file_of_another_user_is_not_read(folder: Path) -> None:
    make(folder / "data.db", 0o600)
    for mode in (0o555, 0o777):
        folder.chmod(mode)
        answer = as_another_user(lambda: read(folder / "data.db"))
        assert answer == (ErrorCode.CANNOT_OPEN.value if os.geteuid() == 0 else "[]")


def test_folder_that_may_not_be_written_gets_no_new_file(folder: Path) -> None:
    folder.chmod(0o555)
    path = folder / "data.db"
    assert as_another_user(lambda: make(path)) == ErrorCode.CANNOT_OPEN.value
    assert names(folder) == []


def test_file_that_went_away_is_not_made_anew(folder: Path) -> None:
    make(folder / "data.db")
    with closing(SqliteWire(Location(folder / "data.db"))) as wire:
        put(wire, 1)

        def put_after_it_went() -> None:
            (folder / "data.db").unlink()
            put(wire, 2)

        assert answer_of_child(put_after_it_went) == ErrorCode.CANNOT_OPEN.value
    assert not (folder / "data.db").exists()
