"""Write the blocking twin of every facade: `_async.py` becomes `_sync.py` beside it.

    python -m tools.generate_sync [--check]

The source is edited token by token, so comments, strings, layout survive; `ruff` then sorts
imports and wraps lines. With `--check` nothing is written: stale files are named, and so is a
rename rule that no file needs any more.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Generated from _async.py by tools/generate_sync.py. Edit that file instead.\n"
RENAME = {
    "AsyncBatch": "Batch",
    "AsyncBulkWrites": "BulkWrites",
    "AsyncDatabase": "Database",
    "AsyncEdits": "Edits",
    "AsyncIterator": "Iterator",
    "AsyncModifier": "Modifier",
    "AsyncRepository": "Repository",
    "AsyncResults": "Results",
    "AsyncRows": "Rows",
    "AsyncRunner": "Runner",
    "AsyncSavepoint": "Savepoint",
    "AsyncSession": "Session",
    "AsyncSessionWire": "SessionWire",
    "AsyncSqlCalls": "SqlCalls",
    "AsyncTransaction": "Transaction",
    "StopAsyncIteration": "StopIteration",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "_async": "_sync",
    "aclose": "close",
}
KEYWORDS = {"async", "await"}
# In text a keyword is dropped only where it stands in code: `await repo.get(...)`, `async for`.
KEYWORD_IN_TEXT = re.compile(r"\basync +(?=(?:for|with|def)\b)|\bawait +(?=[A-Za-z_][\w.]*\()")
# What a plain function gives to be awaited is what the blocking form returns.
AWAITABLE = re.compile(r"\bAwaitable\[([^\[\]]+)\]")
NAME_IN_TEXT = re.compile(
    r"(?:\b([Aa])n )?(?<!\w)(" + "|".join(map(re.escape, RENAME)) + r")(?!\w)"
)
TEXT_TOKENS = {
    tokenize.COMMENT,
    tokenize.STRING,
    getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING),  # f-strings are split since Python 3.12
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement: `text` takes the place of the characters from `start` up to `end`."""

    start: int
    end: int
    text: str


def convert(source: str, used: set[str]) -> str:
    """The blocking form of `source`; every rename applied is added to `used`."""
    source = AWAITABLE.sub(r"\1", source)
    parts: list[str] = []
    position = 0
    for edit in _edits(source, used):
        parts += [source[position : edit.start], edit.text]
        position = edit.end
    return "".join([*parts, source[position:]])


def _edits(source: str, used: set[str]) -> Iterator[Edit]:
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        start = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        if token.type == tokenize.NAME and token.string in KEYWORDS:
            yield Edit(start, _skip_blanks(source, end), "")
        elif token.type == tokenize.NAME and token.string in RENAME:
            used.add(token.string)
            yield Edit(start, end, RENAME[token.string])
        elif token.type in TEXT_TOKENS:
            yield Edit(start, end, _convert_text(source[start:end], used))


def _skip_blanks(source: str, position: int) -> int:
    while source[position] in " \t":
        position += 1
    return position


def _convert_text(text: str, used: set[str]) -> str:
    """Rename inside a docstring or comment, "an" before a name included, and drop keywords."""

    def rename(match: re.Match[str]) -> str:
        article, name = match.groups()
        used.add(name)
        if article is None:
            return RENAME[name]
        return f"{article}{'n' if RENAME[name][0] in 'AEIOU' else ''} {RENAME[name]}"

    return NAME_IN_TEXT.sub(rename, KEYWORD_IN_TEXT.sub("", text))


def generate(source: Path, used: set[str]) -> str:
    """The complete text of the file that stands beside `source`, formatted.

    Lint that only the blocking form shows is repaired: the order of renamed imports and names
    (I, RUF022), the brackets around an `await` (UP034), a loop that `yield from` replaces (UP028),
    imports that only the other form needs (F401).
    """
    text = HEADER + convert(source.read_text(encoding="utf-8"), used)
    name = str(source.with_name("_sync.py"))
    repairs = ("--fix-only", "--unsafe-fixes", "--select=F401,I,RUF022,UP028,UP034")
    repaired = _ruff("check", "--quiet", *repairs, name, text)
    return _ruff("format", "--quiet", name, repaired)


def _ruff(*arguments: str) -> str:
    *options, filename, text = arguments
    command = [sys.executable, "-m", "ruff", *options, "--stdin-filename", filename, "-"]
    done = subprocess.run(
        command, input=text, capture_output=True, check=True, encoding="utf-8", cwd=ROOT
    )
    return done.stdout


def run(root: Path, *, check: bool) -> list[str]:
    """Write every `_sync.py` under `root`, or only compare; returns what is wrong."""
    problems: list[str] = []
    used: set[str] = set()
    sources = sorted(root.rglob("_async.py"))
    for source in sources:
        target = source.with_name("_sync.py")
        text = generate(source, used)
        if not check:
            target.write_text(text, encoding="utf-8")
        elif not target.exists() or target.read_text(encoding="utf-8") != text:
            problems.append(f"out of date: {target.relative_to(root)}")
    if check and sources:
        problems += [f"rename rule never used: {name}" for name in sorted(RENAME.keys() - used)]
    return problems


def main() -> int:
    """Run as a command; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description="write _sync.py beside every _async.py")
    parser.add_argument("--check", action="store_true", help="write nothing, name what is stale")
    problems = run(ROOT / "src" / "trueup", check=parser.parse_args().check)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
