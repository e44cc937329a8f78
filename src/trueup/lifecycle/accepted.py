"""Accepted: unknown facts that are expected, because a server does not keep them.

A file has a line for each: a table and a fact, `Orders pitr.days`, each with `*` for any text, and
comments after `#`.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

from .._dataclass import dataclass
from ..errors import ConfigurationError, Place
from ..schema.facts import dotted
from ..schema.verify import Finding
from .files import read_regular


@dataclass(frozen=True, slots=True)
class Accepted:
    """Patterns of tables and facts."""

    patterns: tuple[tuple[str, str], ...] = ()

    def covers(self, finding: Finding) -> bool:
        """Whether this unknown fact is expected."""
        path = dotted(finding.difference.path)
        return any(
            fnmatchcase(finding.table, table) and fnmatchcase(path, fact)
            for table, fact in self.patterns
        )


NOTHING = Accepted()


def read_accepted(path: Path) -> Accepted:
    """The patterns of a file.

    Raises ConfigurationError if the file cannot be read, or a line is no table and fact.
    """
    try:
        text = read_regular(path).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(str(path), "it cannot be read") from error
    return parse_accepted(text, str(path))


def parse_accepted(text: str, path: str) -> Accepted:
    """The patterns of a text. path: of its file, for errors."""
    patterns = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if words and len(words) != 2:
            raise _refused(path, f"line {number} is no table and fact")
        patterns += [(words[0], words[1])] if words else []
    return Accepted(tuple(patterns))


def _refused(path: str, what: str) -> ConfigurationError:
    return ConfigurationError(
        f"the file of accepted unknown facts cannot be used: {what}",
        where=Place(note=path),
        fix="write a table and a fact on each line, such as: Orders pitr.days",
    )
