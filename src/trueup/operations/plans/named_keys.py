"""Keys that are given by name: their own values, or the parts that a model composes them of."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..._dataclass import dataclass
from ...model.declarations.base import Model
from ...model.declarations.templates import Template
from ...model.description.tables import KeyAttribute
from ...model.translation.codec import TableCodec


@dataclass(frozen=True, slots=True)
class NamedKey:
    """How the names that were given make a key of a model.

    templates: of each attribute of the key; None if its own value is given. parts: the names that
    these use. problem: why the names make no key; empty if they do.
    """

    templates: tuple[Template | None, ...]
    parts: frozenset[str]
    problem: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The templates as they are declared."""
        return tuple(template.text if template else "" for template in self.templates)


def named_key(
    codec: TableCodec, model: type[Model], keys: Sequence[KeyAttribute], names: Collection[str]
) -> NamedKey:
    """How these names make the key of a model."""
    templates: list[Template | None] = []
    parts: set[str] = set()
    used: set[str] = set()
    problem = ""
    for key in keys:
        template = None if key.name in names else codec.template(key, model)
        templates.append(template)
        if key.name in names:
            used.add(key.name)
        elif template is not None and set(template.fields) <= set(names):
            parts.update(template.fields)
        else:
            problem = problem or f"there is no value for {key.name!r}, nor for its parts"
    if not problem and (unused := set(names) - used - parts):
        problem = f"{', '.join(sorted(unused))} is no part of this key"
    return NamedKey(tuple(templates), frozenset(parts), problem)
