"""Random declarations: a schema with some changes of the matrix, whatever they make together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from uuid import UUID

from tests.postgres_changes.below import DOUBLES, HEAVIEST, HEAVY, WATCH
from tests.postgres_changes.cases import CASES, on
from tests.postgres_changes.object_cases import GRANTING, WITH
from tests.postgres_changes.schemas import HOUSE, SHOP
from tests.postgres_changes.shapes import MISSING, Shape, Shapes, layer_of
from trueup import DeclarationError
from trueup.relational import References, SqlObject, Unique

Edit = Callable[[Shapes], Shapes]
MOST_EDITS = 5
BASES = (SHOP, HOUSE, WITH, GRANTING)
_ABOVE: Mapping[int, tuple[Shapes, ...]] = {id(WITH): (SHOP,), id(GRANTING): (SHOP, WITH)}
"""The schemas that a schema has more than, so that their changes can be made of it too."""


def declaration(random: Random, base: Shapes) -> Shapes:
    """The base with some changes."""
    edits = edits_of(base)
    while True:
        shapes = base
        try:
            for edit in random.sample(edits, random.randint(0, MOST_EDITS)):
                shapes = edit(shapes)
            layer_of(shapes)
        except (DeclarationError, KeyError):
            continue  # one drops what another needs
        return shapes


def edits_of(base: Shapes) -> list[Edit]:
    """The changes that can be made of a base."""
    bases = (base, *_ABOVE.get(id(base), ()))
    of_cases = [
        _on(case.table, case.edit)
        for case in CASES
        if any(case.before is one for one in bases) and case.edit is not None
    ]
    return of_cases + (_OF_HOUSE if base is HOUSE else _OF_SHOP)


def _on(table: str, edit: Callable[[Shape], Shape]) -> Edit:
    return lambda shapes: on(shapes, table, edit)


def _reading(*objects: SqlObject) -> Edit:
    return _on("orders", lambda shape: shape.also("objects", *objects))


def _by_email(shapes: Shapes) -> Shapes:
    """Another key of people, and the former one for those that refer to it."""
    people = shapes["people"].by("email").set(unique=[Unique("id")])
    person = References("person", "people", to="id", on_delete="cascade")
    return {**shapes, "people": people, "orders": shapes["orders"].set(references=[person])}


def _of_another_type(shapes: Shapes) -> Shapes:
    """Another type of a key, and of what refers to it."""
    rooms = shapes["rooms"].field("id", UUID, MISSING)
    return {**shapes, "rooms": rooms, "bookings": shapes["bookings"].field("room", UUID, MISSING)}


def _and_rooms(shapes: Shapes) -> Shapes:
    """One more table, to which one refers that is there."""
    orders = shapes["orders"].field("room", str | None, None)
    refers = orders.also("references", References("room", "rooms"))
    return {**shapes, "rooms": HOUSE["rooms"], "orders": refers}


_OF_SHOP = [
    _reading(HEAVY),
    _reading(HEAVY, HEAVIEST),
    _reading(WATCH),
    _reading(DOUBLES),
    _on("orders", lambda t: t.field("id", str, MISSING)),
    _on("orders", lambda t: t.field("number", int, MISSING).by("number")),
    _by_email,
    _and_rooms,
]
_OF_HOUSE = [_on("bookings", lambda t: t.by("tenant", "id")), _of_another_type]
