"""What a statement calls: the names that stand before a bracket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_NO_CALL = frozenset({"INTO", "AS", "WITH", "RECURSIVE"})
"""Words before the name of a table or a column, whose columns may follow in brackets."""


def calls_of(solid: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The names of functions, and the words that brackets follow, as the database reads them: in
    small letters, unless they are quoted. solid: the tokens by kind, without blanks."""
    return frozenset(_calls(solid))


def _calls(solid: Sequence[tuple[str, str]]) -> Iterator[str]:
    for place, (_, token) in enumerate(solid):
        if token != "(" or not place or not _is_name(solid[place - 1]):
            continue
        first = place - 1
        while first >= 2 and solid[first - 1][1] == "." and _is_name(solid[first - 2]):
            first -= 2
        before = solid[first - 1][1].upper() if first else ""
        if before not in _NO_CALL:
            yield ".".join(_read(name) for _, name in solid[first:place:2])


def _is_name(token: tuple[str, str]) -> bool:
    kind, text = token
    return kind == "word" or text.startswith('"')


def _read(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.casefold()
