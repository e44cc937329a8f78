"""Path: the position of an attribute in an item, as a value.

`Order.lines[0].sku` is `Path(root=Order, segments=("lines", 0, "sku"))`. A path has a root
while its segments are names of Python fields, and none when they are stored names.
"""

from __future__ import annotations

from typing import TypeAlias

from .._dataclass import dataclass

Segment: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Path:
    """The way to an attribute: field names or map keys (str) and list positions (int, from 0)."""

    root: type | None
    segments: tuple[Segment, ...]

    def child(self, segment: Segment) -> Path:
        """The path with one more segment."""
        return Path(self.root, (*self.segments, segment))

    def __str__(self) -> str:
        """`lines[0].sku`, for messages."""
        text = ""
        for segment in self.segments:
            text += f"[{segment}]" if isinstance(segment, int) else f".{segment}"
        return text.removeprefix(".")
