"""A player, the inventory and the purchases of a game's store.

After AWS's data model of a gaming profile:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/data-modeling-schema-gaming-profile.html
"""

from __future__ import annotations

from typing import Any

from trueup import Database, Layer, Model, Table, at, composed

from .design import Answers, Design


class Row(Model):
    """The keys of all."""

    PK: str
    SK: str


class Profile(Row):
    """A player, and what the player can spend."""

    player: str
    coins: int = 0
    friends: frozenset[str] = frozenset()
    PK: str = composed("{player}")
    SK: str = composed("#METADATA#{player}")


class Owned(Row):
    """A thing that the player has."""

    player: str
    thing: str
    count: int = 1
    PK: str = composed("{player}")
    SK: str = composed("ITEM#{thing}")


store = Table(
    "Store",
    Row,
    partition="PK",
    sort="SK",
    discriminator="",
    entities=[Profile, Owned],
)
layer = Layer("store", target="dynamodb", tables=[store])


def ask(db: Database) -> Answers:
    """The questions of the design."""
    found = db.repository(store).collection({"player": "ada"})
    begins = at(Owned.thing).begins_with("p")
    things = db.repository(store, Owned).query({"player": "ada"}, sort=begins)
    return {
        "a player and all things": [
            *(one.coins for one in found.of(Profile)),
            *(one.thing for one in found.of(Owned)),
        ],
        "the things whose names begin so": [one.thing for one in things],
    }


def change(db: Database) -> object:
    """A purchase: coins go and the thing comes, both or none."""
    with db.transaction() as tx:
        tx.update(
            store,
            ("ada", "#METADATA#ada"),
            at(Profile.coins).subtract(40),
            only_if=Profile.coins >= 40,
        )
        tx.create(store, Owned(player="ada", thing="shield"))
    return tx.results


def _profile(coins: str) -> dict[str, dict[str, Any]]:
    return {
        "PK": {"S": "ada"},
        "SK": {"S": "#METADATA#ada"},
        "player": {"S": "ada"},
        "coins": {"N": coins},
        "friends": {"SS": ["bo", "cy"]},
    }


def _owned(thing: str, count: str) -> dict[str, dict[str, Any]]:
    keys = {"PK": {"S": "ada"}, "SK": {"S": f"ITEM#{thing}"}}
    return {**keys, "player": {"S": "ada"}, "thing": {"S": thing}, "count": {"N": count}}


DESIGN = Design(
    layer,
    store,
    [_profile("100"), _owned("potion", "3"), _owned("sword", "1")],
    ask,
    change,
    _profile("60"),
)
