"""Items for the eye: as columns if a line has room for them, else one block for each item.

The first items decide, so that output begins before the last page is read. Nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from textwrap import wrap
from typing import Any

from ...lifecycle.untyped import cell_text

LOOKED_AT = 100
"""Items that are read before the form is chosen."""

_GAP = "  "


def items_text(
    items: Iterator[Mapping[str, Any]], names: Sequence[str], width: int
) -> Iterator[str]:
    """The lines that show the items. names: of attributes, in their order."""
    first = list(islice(items, LOOKED_AT))
    if not first:
        return
    shown = [name for name in names if any(name in item for item in first)]
    shown += sorted({name for item in first for name in item} - set(shown))
    widths = [
        max(len(cell_text(name)), *(len(cell_text(item.get(name))) for item in first))
        for name in shown
    ]
    every = chain(first, items)
    if sum(widths) + len(_GAP) * (len(widths) - 1) <= width:
        yield from _columns(every, shown, widths)
    else:
        yield from _blocks(every, names, width)


def _columns(
    items: Iterator[Mapping[str, Any]], names: Sequence[str], widths: Sequence[int]
) -> Iterator[str]:
    yield _row([cell_text(name) for name in names], widths)
    yield _row(["-" * width for width in widths], widths)
    for item in items:
        cells = [cell_text(item.get(name)) for name in names]
        others = {name: value for name, value in item.items() if name not in names}
        yield _row([*cells, *(f"{cell_text(n)}={cell_text(v)}" for n, v in others.items())], widths)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=False)]
    return _GAP.join([*padded, *cells[len(widths) :]]).rstrip()


def _blocks(items: Iterator[Mapping[str, Any]], names: Sequence[str], width: int) -> Iterator[str]:
    between: list[str] = []
    for item in items:
        yield from between
        between = [""]
        order = [*(name for name in names if name in item), *sorted(item.keys() - set(names))]
        longest = max(len(cell_text(name)) for name in order)
        for name in order:
            yield from _value(cell_text(name).ljust(longest), cell_text(item[name]), width)


def _value(name: str, text: str, width: int) -> list[str]:
    """`name  text`, the text on as many lines as it needs."""
    indent = " " * (len(name) + len(_GAP))
    room = max(20, width - len(indent))
    lines = wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    return [f"{name}{_GAP}{lines[0]}".rstrip(), *(indent + line for line in lines[1:])]
