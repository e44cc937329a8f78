"""Options of entities, and of reads that meet what fits no model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from tempfile import NamedTemporaryFile
from typing import Any

from tests.options.calls import Note, layer, notes
from trueup import Entity, Layer, Table, connect

Effect = Callable[[], Any]


class Special(Note):
    """A kind of note."""

    extra: str = ""


def entities(*given: Any, **options: Any) -> Any:
    """What is described of entities."""
    one = Table("T", Note, partition="owner", sort="number", entities=given, **options)
    found = Layer("entities", target="dynamodb", tables=[one]).describe(one)
    return found.models, found.aliases, found.begins, found.unknown_entities


def unreadable(method: str, on_unreadable: str) -> str:
    """What a read gives of an item that fits no model."""
    other = Table("Notes", Note, partition="owner", sort="number", entities=[Special])
    given: dict[str, Any] = {
        "get": ("a", 1),
        "get_many": ([("a", 1)],),
        "query": ("a",),
        "scan": (),
    }
    with NamedTemporaryFile(suffix=".db") as file:
        url = f"sqlite:///{file.name}"
        with connect(url, layer) as db:
            db.create_tables()
            db.repository(notes).create(Note(owner="a", number=1, title="t"))
        with connect(url, Layer("other", target="dynamodb", tables=[other])) as db:
            read = getattr(db.repository(other), method)
            found = read(*given[method], on_unreadable=on_unreadable)
            return repr(list(found) if hasattr(found, "all") else found)


plain = partial(entities, Special)
ENTITIES: dict[str, tuple[Effect, Effect]] = {
    "Entity.name": (lambda: entities(Entity(Special, name="x")), plain),
    "Entity.aliases": (lambda: entities(Entity(Special, aliases=["x"])), plain),
    "Entity.begins": (lambda: entities(Entity(Special, begins={"owner": "x"})), plain),
    "Table.unknown_entities": (lambda: entities(Special, unknown_entities="skip"), plain),
}
UNREADABLE: dict[str, tuple[Effect, Effect]] = {
    f"{method}.on_unreadable": (
        partial(unreadable, method, "raw"),
        partial(unreadable, method, "skip"),
    )
    for method in ("get", "get_many", "query", "scan")
}
