"""What is drawn, before it is known how: boxes with lines, and the edges between them."""

from __future__ import annotations

from enum import Enum

from ..._dataclass import dataclass


class End(Enum):
    """How many rows there are at an end of an edge, for each row at the other."""

    PLAIN = ""
    ONE = "exactly one"
    MAYBE_ONE = "one or none"
    ANY = "any number"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a box. marks: such as PK and FK. detail: such as a type. is_optional: whether a row
    may lack it."""

    marks: tuple[str, ...]
    name: str
    detail: str = ""
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A table or an index. id: unique in the diagram. title: its name. about: what it is for."""

    id: str
    title: str
    lines: tuple[Line, ...]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """What a box says of another. source, target: ids of boxes.

    line: the number of the source's line at which the edge begins; None for the whole box.
    label: the fields that refer; or empty.
    """

    source: str
    target: str
    label: str = ""
    line: int | None = None
    source_end: End = End.PLAIN
    target_end: End = End.PLAIN


@dataclass(frozen=True, slots=True)
class Diagram:
    """All of it. legend: what marks mean. is_relational: whether edges are references."""

    title: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    legend: str
    is_relational: bool

    def box(self, id: str) -> Box:
        """The box with this id."""
        return next(one for one in self.boxes if one.id == id)

    def words(self, edge: Edge) -> str:
        """An edge for people who do not see it."""
        source, target = self.box(edge.source).title, self.box(edge.target).title
        return (
            f"{source} refers to {target} by {edge.label}" if edge.label else f"{target}: {source}"
        )
