"""From `_async.py` to `_sync.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.generate_sync import HEADER, RENAME, convert, run

FACADE = '''"""An AsyncRepository: `await repo.get(key)`."""

from collections.abc import AsyncIterator, Awaitable

from ._base import run_async


class AsyncRepository:
    async def get(self, key: str) -> str | None:  # not awaited twice
        return await run_async(key)

    async def __aiter__(self) -> AsyncIterator[str]:
        async for item in self.pages():
            yield item
'''


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "_async.py").write_text(FACADE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = await f(y)\n", "x = f(y)\n"),
        ("async with a as b:\n    pass\n", "with a as b:\n    pass\n"),
        ("l = [x async for x in y]\n", "l = [x for x in y]\n"),
        ("async  def f() -> None: ...\n", "def f() -> None: ...\n"),
        ("await a(1,\n  await b(2))\n", "a(1,\n  b(2))\n"),
        ("from ._async import AsyncRepository\n", "from ._sync import Repository\n"),
        ("raise StopAsyncIteration\n", "raise StopIteration\n"),
        ("x.__aenter__(aclose)\n", "x.__enter__(close)\n"),
        ("asyncio = AsyncRepositoryLike\n", "asyncio = AsyncRepositoryLike\n"),
        ("def f() -> Awaitable[None]: ...\n", "def f() -> None: ...\n"),
        ("  # keep  this\n", "  # keep  this\n"),
    ],
)
def test_convert_code(source: str, expected: str) -> None:
    assert convert(source, set()) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""An AsyncRepository."""\n', '"""A Repository."""\n'),
        ('"""An AsyncIterator of a AsyncX."""\n', '"""An Iterator of a AsyncX."""\n'),
        ('"""Use `await repo.get(k)`."""\n', '"""Use `repo.get(k)`."""\n'),
        ('"""Tasks await each other."""\n', '"""Tasks await each other."""\n'),
        ('"""`async with db:` opens."""\n', '"""`with db:` opens."""\n'),
        ("# see AsyncResults.aclose\n", "# see Results.close\n"),
        ('"héé" + await f("ü", AsyncDatabase)\n', '"héé" + f("ü", Database)\n'),
        ('f"{AsyncDatabase} AsyncDatabase"\n', 'f"{Database} Database"\n'),
    ],
)
def test_convert_text(source: str, expected: str) -> None:
    assert convert(source, set()) == expected


def test_convert_reports_the_rules_it_used() -> None:
    used: set[str] = set()
    convert('"""AsyncResults"""\naclose()\n', used)
    assert used == {"AsyncResults", "aclose"}


def test_run_writes_a_formatted_twin_that_says_where_it_comes_from(package: Path) -> None:
    assert run(package, check=False) == []
    text = (package / "_sync.py").read_text(encoding="utf-8")
    assert text.startswith(HEADER)
    assert "from collections.abc import Iterator\n" in text
    assert "    def __iter__(self) -> Iterator[str]:\n" in text
    assert "        yield from self.pages()\n" in text
    assert "await " not in text


def test_check_passes_on_a_current_twin_but_for_unused_rules(package: Path) -> None:
    run(package, check=False)
    used = {"AsyncRepository", "AsyncIterator", "run_async", "__aiter__"}
    unused = [f"rename rule never used: {name}" for name in sorted(RENAME.keys() - used)]
    assert run(package, check=True) == unused


def test_check_names_a_stale_twin_and_leaves_it(package: Path) -> None:
    (package / "_sync.py").write_text("old\n", encoding="utf-8")
    assert run(package, check=True)[0] == "out of date: _sync.py"
    assert (package / "_sync.py").read_text(encoding="utf-8") == "old\n"


def test_check_passes_where_there_is_no_facade(tmp_path: Path) -> None:
    assert run(tmp_path, check=True) == []
