"""Rooms, members and messages of a chat: the latest messages first, and what a user has joined.

After the chat of AWS's prescriptive guidance on data models:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/data-modeling-schemas.html
"""

from __future__ import annotations

from datetime import datetime

from trueup import AccessPattern, Database, Index, Layer, Model, Table, at, composed

from .design import Answers, Design


class Row(Model):
    """The keys of all, and whose the item is."""

    pk: str
    sk: str
    user: str


class Member(Row):
    """A user in a room."""

    room: str
    role: str = "member"
    pk: str = composed("ROOM#{room}")
    sk: str = composed("MEMBER#{user}")


class Message(Row):
    """What was said in a room."""

    room: str
    sent_at: datetime
    text: str
    pk: str = composed("ROOM#{room}")
    sk: str = composed("MSG#{sent_at}#{user}")


chat = Table(
    "Chat",
    Row,
    partition="pk",
    sort="sk",
    discriminator="",
    entities=[Member, Message],
    indexes=[Index("ByUser", partition="user", sort="pk")],
    patterns=[AccessPattern("of_user", index="ByUser")],
)
layer = Layer("chat", target="dynamodb", tables=[chat])


def ask(db: Database) -> Answers:
    """The questions of the design."""
    messages = db.repository(chat, Message)
    latest = messages.query({"room": "tea"}, order="descending", limit=2)
    on_day = messages.query(
        {"room": "tea"}, sort=at(Message.sent_at).between(_at("01T00"), _at("01T23"))
    )
    joined = db.repository(chat, Member).pattern("of_user", "ada")
    return {
        "the latest two messages": [one.text for one in latest],
        "the messages of a day": [one.text for one in on_day],
        "the rooms of a user": [one.room for one in joined],
        "the members of a room": [
            one.user for one in db.repository(chat).collection({"room": "tea"}).of(Member)
        ],
    }


def change(db: Database) -> object:
    """A member becomes the host."""
    host = at(Member.role).assign("host")
    return db.repository(chat, Member).update({"room": "tea", "user": "ada"}, host)


def _at(time: str) -> datetime:
    return datetime.fromisoformat(f"2026-05-{time}:00:00+00:00")


def _member(room: str, user: str, role: str) -> dict[str, dict[str, str]]:
    texts = {"pk": f"ROOM#{room}", "sk": f"MEMBER#{user}", "room": room, "user": user, "role": role}
    return {name: {"S": text} for name, text in texts.items()}


def _message(time: str, user: str, text: str) -> dict[str, dict[str, str]]:
    moment = f"2026-05-{time}:00:00.000000Z"
    texts = {
        "pk": "ROOM#tea",
        "sk": f"MSG#{moment}#{user}",
        "room": "tea",
        "sent_at": moment,
        "user": user,
        "text": text,
    }
    return {name: {"S": one} for name, one in texts.items()}


DESIGN = Design(
    layer,
    chat,
    [
        _member("tea", "ada", "member"),
        _member("tea", "bo", "member"),
        _member("cake", "ada", "host"),
        _message("01T09", "ada", "hello"),
        _message("01T10", "bo", "hi"),
        _message("02T09", "ada", "tea?"),
    ],
    ask,
    change,
    _member("tea", "ada", "host"),
)
