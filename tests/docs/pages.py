"""The pages of the documentation and the code blocks in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^( *)```([a-z]+)([^\n]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_EXPECTED = re.compile(r"# -> ?(.*)$", re.MULTILINE)
_NOT_RUN = re.compile(r"no-run: \S.*")


@dataclass(frozen=True)
class Block:
    """A fenced block. info: what follows the language; line: of its first line of code."""

    language: str
    info: str
    code: str
    line: int

    @property
    def is_run(self) -> bool:
        """Whether it is Python that is executed; a block that is not says `no-run: why`, or is a
        file of the project in which the transcripts of the page are replayed."""
        is_file = self.code.startswith("# file: ")
        return self.language == "python" and not is_file and not _NOT_RUN.fullmatch(self.info)

    @property
    def expected(self) -> list[str]:
        """The lines that it must print: what follows `# ->`, in order."""
        return [line.rstrip() for line in _EXPECTED.findall(self.code)]


@cache
def find_pages() -> tuple[Path, ...]:
    """Every page that a person wrote: README, the documentation and those of the systems."""
    found = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("systems/*/README.md")]
    return (ROOT / "README.md", *sorted(path for path in found if "_build" not in path.parts))


def blocks_of(page: Path) -> list[Block]:
    """The fenced blocks of a page that name a language."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            language=match[2],
            info=match[3].strip(),
            code=dedent(match[4]),
            line=text.count("\n", 0, match.start(4)) + 1,
        )
        for match in _BLOCK.finditer(text)
    ]


def name_of(page: Path) -> str:
    """The page as it is named in messages: `docs/guides/reading.md`."""
    return page.relative_to(ROOT).as_posix()
