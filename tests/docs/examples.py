"""Runs the Python blocks of a page, one after the other, in one namespace."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType

from tests.docs.pages import Block, blocks_of, name_of
from trueup import Database

_MODULE = "documented_page"


def run_page(page: Path, before: Path | None = None) -> list[str]:
    """Execute a page and give the lines it printed.

    before: a page whose blocks are executed first, because this one builds on it.

    Raises AssertionError where a block prints something else than its `# ->` comments say.
    """
    with _module() as module:
        for one in (before, page):
            printed = _run_blocks(one, module) if one else []
        return printed


def _run_blocks(page: Path, module: ModuleType) -> list[str]:
    printed: list[str] = []
    for block in blocks_of(page):
        if block.is_run:
            lines = _run_block(page, block, module)
            if block.expected:
                assert lines == block.expected, f"{name_of(page)}:{block.line}"
            printed += lines
    return printed


def _run_block(page: Path, block: Block, module: ModuleType) -> list[str]:
    # Empty lines in front make the numbers in a traceback those of the page.
    code = compile("\n" * (block.line - 1) + block.code, name_of(page), "exec")
    output = io.StringIO()
    with redirect_stdout(output):
        exec(code, module.__dict__)
    return [line.rstrip() for line in output.getvalue().splitlines()]


@contextmanager
def _module() -> Iterator[ModuleType]:
    """A module of the page's own, that pickling and annotations can find; closed at the end."""
    module = ModuleType(_MODULE)
    sys.modules[_MODULE] = module
    try:
        yield module
    finally:
        del sys.modules[_MODULE]
        for value in list(vars(module).values()):
            if isinstance(value, Database):
                value.close()
