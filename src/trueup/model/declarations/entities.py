"""Entity: how the items of one model are known among those of a shared table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Generic, Literal, TypeVar

from ..._dataclass import dataclass
from .base import Model

M_co = TypeVar("M_co", bound=Model, covariant=True)

UnknownEntities = Literal["raise", "skip", "base"]
"""What is done with an item of no declared entity: it is refused, it is left out and counted, or it
is read as the table's own model."""


@dataclass(frozen=True, slots=True)
class Entity(Generic[M_co]):
    """An entity whose items are not, or not only, called by the name of its class.

    name: what its items are called, in the attribute `discriminator`; by default as the class.
    aliases: further names that its items may carry: former ones, or those that others give. They
        are read, and never written.
    begins: how the primary key of its items begins, by field: `{"sk": "ORDER#"}`. Items that carry
        no name, since others wrote them, are known by it.
    """

    model: type[M_co]
    name: str = ""
    aliases: Sequence[str] = ()
    begins: Mapping[str, str] = field(default_factory=dict)

    @property
    def stored_name(self) -> str:
        """What its items are called."""
        return self.name or self.model.__name__


def entity_of(given: type[Any] | Entity[Any]) -> Entity[Any]:
    """An entity as it is declared: by its class alone, or with more."""
    return given if isinstance(given, Entity) else Entity(given)
