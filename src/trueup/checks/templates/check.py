"""TemplateCheck: a rule of templates with what finds its mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from ..._dataclass import dataclass
from ..rule import Rule
from .links import Links
from .part import Part

Found: TypeAlias = tuple[Part, str]
"""Where a mistake is, and which, in words."""
Find: TypeAlias = Callable[[Part, Links], Iterator[Found]]
"""Of all properties of a resource, and the template around it."""


@dataclass(frozen=True, slots=True)
class TemplateCheck:
    """A rule, the types of resources that it is asked of, and what finds its mistake."""

    rule: Rule
    types: tuple[str, ...]
    find: Find
