"""Random pairs of declarations: what leads from the one to the other is what the other makes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from random import Random

import psycopg
import pytest

from tests.postgres_changes.bringing import ALL, bring, opened, planned
from tests.postgres_changes.databases import dumped, new_database
from tests.postgres_changes.pairs import BASES, declaration
from tests.postgres_changes.shapes import Shapes
from tests.soak import IS_SOAK
from trueup import DeclarationError, NeedsOperator
from trueup.schema.changes import ChangePart
from trueup.schema.hazard import Allowance, HazardCode
from trueup.schema.plan import Plan
from trueup.testing.postgres import PostgresServer

PAIRS = 500 if IS_SOAK else 30
MOST_DRAWS = 20


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(PAIRS))
def test_pair_of_declarations_is_led_from_one_to_the_other_and_back(
    postgres_server: PostgresServer, seed: int
) -> None:
    random = Random(seed)
    base = random.choice(BASES)
    with (
        _made(postgres_server, random, base) as (one, first),
        _made(postgres_server, random, base) as (other, second),
    ):
        before, after = (dumped(postgres_server, name) for name in (one, other))
        _lead(postgres_server, one, second, first.keys())
        assert dumped(postgres_server, one) == after
        _lead(postgres_server, one, first, second.keys())
        assert dumped(postgres_server, one) == before


@contextmanager
def _made(server: PostgresServer, random: Random, base: Shapes) -> Iterator[tuple[str, Shapes]]:
    """A database and its declaration: the first whose own SQL the server takes, as a view may read
    a column that another change has dropped."""
    for _ in range(MOST_DRAWS):
        with new_database(server) as name:
            shapes = declaration(random, base)
            try:
                bring(server, name, shapes)
            except DeclarationError:
                continue
            yield name, shapes
            return
    raise AssertionError(f"the server takes none of {MOST_DRAWS} declarations")


def _lead(server: PostgresServer, database: str, shapes: Shapes, former: Collection[str]) -> None:
    """In two runs if a column is dropped beside a new one: the first drops nothing. former: the
    tables there are."""
    others = former - shapes.keys()
    with opened(server, database, shapes) as tables:
        plan, _ = planned(tables, others=others)
    hazards = [hazard.code for one in plan.changes for hazard in one.hazards]
    if HazardCode.PERHAPS_RENAMED in hazards:
        _lead_without_drops(server, database, shapes, plan)
    bring(server, database, shapes, others=others)


def _lead_without_drops(server: PostgresServer, database: str, shapes: Shapes, plan: Plan) -> None:
    """Checks that are not declared, and in the way of a type, are dropped in SQL as is said."""
    try:
        bring(server, database, shapes, ALL - {Allowance.PRUNE})
    except NeedsOperator as refused:
        if "may stand in the way" not in str(refused):
            raise
        with psycopg.connect(server.as_superuser(database), autocommit=True) as connection:
            for name in _undeclared_checks(plan):
                connection.execute(name.encode())
        bring(server, database, shapes, ALL - {Allowance.PRUNE})


def _undeclared_checks(plan: Plan) -> Iterator[str]:
    for change in (one.change for one in plan.changes):
        if not isinstance(change, ChangePart) or change.is_declared:
            continue
        if str(change.before).startswith("CHECK"):
            yield f'ALTER TABLE "{change.schema.name}" DROP CONSTRAINT "{change.path[-1]}"'
