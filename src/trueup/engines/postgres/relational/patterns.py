"""Regular expressions of models in PostgreSQL's, as far as both mean the same.

Rust's `regex`, which pydantic uses, and PostgreSQL's differ in classes such as `\\d`, in flags and
in look-around. What is written here is in both: literals, classes of ASCII, groups, alternatives,
quantifiers and anchors.

Sources:
    https://docs.rs/regex/latest/regex/#syntax
    https://www.postgresql.org/docs/15/functions-matching.html#FUNCTIONS-POSIX-REGEXP
"""

from __future__ import annotations

import re

_MOST_REPEATS = 255
"""Of a quantifier `{m,n}` in PostgreSQL."""

_TOKEN = re.compile(
    r"""(?P<plain>[A-Za-z0-9_ \-,:;@#%&=<>!"'/~]) | (?P<escaped>\\[.\\+*?()\[\]{}|^$/\-]) |
    (?P<class>\[\^?[A-Za-z0-9_][A-Za-z0-9_ .,:;@#%&=+*?/!\-]*\]) | (?P<group>\(\?:|[()|]) |
    (?P<dot>\.) | (?P<anchor>[\^$]) | (?P<repeat>[*+?]|\{(?P<low>\d+)(,(?P<high>\d*))?\})""",
    re.VERBOSE | re.ASCII,
)


def pattern_in_sql(pattern: str) -> str | None:
    """The pattern for PostgreSQL's `~`; None if it could mean something else there."""
    if pattern.startswith("***") or (pattern[:2] == "(?" and pattern[:3] != "(?:"):
        return None
    parts, position, last = [], 0, ""
    while position < len(pattern):
        found = _TOKEN.match(pattern, position)
        if found is None or (found["repeat"] and last in ("", "repeat", "anchor", "open")):
            return None
        if any(text and int(text) > _MOST_REPEATS for text in (found["low"], found["high"])):
            return None
        parts.append("[^\n]" if found["dot"] else found.group())
        last = "open" if found["group"] and found.group() != ")" else str(found.lastgroup)
        last = "repeat" if found["repeat"] else last
        position = found.end()
    return "".join(parts)
