"""Tables whose rows are all key: a put of a stored row finds nothing to change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import trueup
from trueup import Database, Layer, Model, Relational, Table


class Member(Model):
    """Who belongs to a team."""

    team: str
    person: str


class Shouted(Member):
    """The same, with what the database makes of it."""

    loud: str | None = None


MEMBERS = Table("members", Member, partition="team", sort="person", relational=Relational())
SHOUTED = Table(
    "shouted",
    Shouted,
    partition="team",
    sort="person",
    relational=Relational(generated={"loud": "upper(person)"}),
)
LAYER = Layer("members", target="postgres", tables=[MEMBERS, SHOUTED])
ADA, GRACE = Member(team="a", person="ada"), Member(team="a", person="grace")


@pytest.fixture
def db(postgres_url: str, prefix: str) -> Iterator[Database]:
    with trueup.connect(postgres_url, LAYER, table_names=f"{prefix}{{table}}") as opened:
        opened.create_tables()
        yield opened


def test_puts_of_every_kind_leave_one_row_for_each_key(db: Database) -> None:
    repo = db.repository(MEMBERS)
    for _ in range(2):
        repo.put(ADA)
        repo.put_many([ADA, GRACE])
        assert repo.put(GRACE, returning="old").old in (None, GRACE)
        assert repo.put(ADA, returning="new").new == ADA
        with db.transaction() as tx:
            tx.put(MEMBERS, ADA)
            tx.put(MEMBERS, GRACE)
    assert repo.query("a").all() == [ADA, GRACE]
    assert repo.put(ADA, returning="old").old == ADA


def test_stored_row_is_returned_with_what_the_database_made(db: Database) -> None:
    repo = db.repository(SHOUTED)
    for _ in range(2):
        written = repo.put(Shouted(team="a", person="ada"), returning="new")
        assert written.new == Shouted(team="a", person="ada", loud="ADA")
