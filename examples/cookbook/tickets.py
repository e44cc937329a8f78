"""Support tickets and their events, by customer, by agent and by state.

After ElectroDB's model of tasks and employees: https://electrodb.dev/en/modeling/schema/
"""

from __future__ import annotations

from datetime import datetime

from trueup import (
    AccessPattern,
    Database,
    Entity,
    Index,
    Layer,
    Model,
    Table,
    WholeSeconds,
    at,
    composed,
)

from .design import Answers, Design


class Row(Model):
    """The keys of all."""

    pk: str
    sk: str


class Ticket(Row):
    """What a customer asks for."""

    ticket: str
    customer: str
    agent: str
    state: str = "open"
    pk: str = composed("$desk#ticket_{ticket}")
    sk: str = composed("$ticket_{ticket}")
    gsi1pk: str = composed("$desk#agent_{agent}")
    gsi1sk: str = composed("$ticket#state_{state}#ticket_{ticket}")


class Note(Row):
    """What was said about it."""

    ticket: str
    said_at: WholeSeconds
    text: str
    pk: str = composed("$desk#ticket_{ticket}")
    sk: str = composed("$note#{said_at}")


desk = Table(
    "Desk",
    Row,
    partition="pk",
    sort="sk",
    discriminator="__edb_e__",
    entities=[Entity(Ticket, name="ticket"), Entity(Note, name="note")],
    indexes=[Index("gsi1", partition="gsi1pk", sort="gsi1sk")],
    patterns=[AccessPattern("tickets_of_agent", index="gsi1", by="agent")],
)
layer = Layer("desk", target="dynamodb", tables=[desk])


def ask(db: Database) -> Answers:
    """The questions of the design."""
    found = db.repository(desk).collection({"ticket": "t1"})
    tickets = db.repository(desk, Ticket)
    opened = tickets.query({"agent": "bo"}, index="gsi1", sort={"state": "open"})
    notes = db.repository(desk, Note)
    since = notes.query({"ticket": "t1"}, sort=Note.said_at >= _at("2026-05-02"))
    return {
        "a ticket and its notes": [
            *(one.state for one in found.of(Ticket)),
            *(one.text for one in found.of(Note)),
        ],
        "the open tickets of an agent": [one.ticket for one in opened],
        "the notes since a day": [one.text for one in since],
    }


def change(db: Database) -> object:
    """A ticket is closed: its key in the index changes in the same write."""
    closed = at(Ticket.state).assign("closed")
    return db.repository(desk, Ticket).update(
        {"ticket": "t1"}, closed, at(Ticket.ticket).assign("t1")
    )


def _at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")


def _ticket(number: str, state: str) -> dict[str, dict[str, str]]:
    texts = {
        "pk": f"$desk#ticket_{number}",
        "sk": f"$ticket_{number}",
        "gsi1pk": "$desk#agent_bo",
        "gsi1sk": f"$ticket#state_{state}#ticket_{number}",
        "ticket": number,
        "customer": "ada",
        "agent": "bo",
        "state": state,
        "__edb_e__": "ticket",
        "__edb_v__": "1",
    }
    return {name: {"S": text} for name, text in texts.items()}


def _note(day: str, text: str) -> dict[str, dict[str, str]]:
    moment = f"{day}T00:00:00Z"
    texts = {
        "pk": "$desk#ticket_t1",
        "sk": f"$note#{moment}",
        "ticket": "t1",
        "said_at": moment,
        "text": text,
        "__edb_e__": "note",
    }
    return {name: {"S": one} for name, one in texts.items()}


DESIGN = Design(
    layer,
    desk,
    [
        _ticket("t1", "open"),
        _ticket("t2", "closed"),
        _note("2026-05-01", "it is broken"),
        _note("2026-05-02", "it is mended"),
    ],
    ask,
    change,
    _ticket("t1", "closed"),
)
