"""Random pairs of declarations: what leads from the one to the other is what the other makes."""

from __future__ import annotations

from random import Random

import pytest

from tests.postgres_changes.bringing import ALL, bring, opened, planned
from tests.postgres_changes.cases import CASES, on
from tests.postgres_changes.databases import dumped, new_database
from tests.postgres_changes.schemas import HOUSE, SHOP
from tests.postgres_changes.shapes import Shapes, layer_of
from tests.soak import IS_SOAK
from trueup import DeclarationError
from trueup.schema.hazard import Allowance, HazardCode
from trueup.testing.postgres import PostgresServer

PAIRS = 500 if IS_SOAK else 30
MOST_EDITS = 5


def declaration(random: Random, base: Shapes) -> Shapes:
    """The base with some changes of the matrix, whatever they make together."""
    edits = [
        (case.table, case.edit)
        for case in CASES
        if case.before is base and case.edit is not None and case.group != "Labels of enums"
    ]
    while True:
        shapes = base
        try:
            for table, edit in random.sample(edits, random.randint(0, MOST_EDITS)):
                shapes = on(shapes, table, edit)
            layer_of(shapes)
        except (DeclarationError, KeyError):
            continue  # one drops what another needs
        return shapes


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(PAIRS))
def test_pair_of_declarations_is_led_from_one_to_the_other_and_back(
    postgres_server: PostgresServer, seed: int
) -> None:
    random = Random(seed)
    base = random.choice([SHOP, HOUSE])
    first, second = declaration(random, base), declaration(random, base)
    with new_database(postgres_server) as one, new_database(postgres_server) as other:
        bring(postgres_server, one, first)
        bring(postgres_server, other, second)
        before, after = (dumped(postgres_server, name) for name in (one, other))
        _lead(postgres_server, one, second)
        assert dumped(postgres_server, one) == after
        _lead(postgres_server, one, first)
        assert dumped(postgres_server, one) == before


def _lead(server: PostgresServer, database: str, shapes: Shapes) -> None:
    """In two runs if a column is dropped beside a new one: the first drops nothing."""
    with opened(server, database, shapes) as tables:
        plan, _ = planned(tables)
    hazards = [hazard.code for one in plan.changes for hazard in one.hazards]
    if HazardCode.PERHAPS_RENAMED in hazards:
        bring(server, database, shapes, ALL - {Allowance.PRUNE})
    bring(server, database, shapes)
