"""Each single change: our plan makes what a new database has, and its way back what there was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.postgres_changes.bringing import bring
from tests.postgres_changes.cases import CASES, Case
from tests.postgres_changes.databases import dumped, new_database
from tests.postgres_changes.shapes import Shapes
from trueup.testing.postgres import PostgresServer

EMPTY: Shapes = {}


class Made:
    """Databases made anew from declarations, which the cases share: copied, and never changed."""

    def __init__(self, server: PostgresServer, stack: ExitStack) -> None:
        self._server = server
        self._stack = stack
        self._names: dict[int, tuple[str, list[str]]] = {}

    def of(self, shapes: Shapes) -> tuple[str, list[str]]:
        """The database of a declaration, known by its identity, and its dump."""
        key = id(shapes)
        if key not in self._names:
            name = self._stack.enter_context(new_database(self._server))
            if shapes:
                bring(self._server, name, shapes)
            self._names[key] = name, dumped(self._server, name)
        return self._names[key]


@pytest.fixture(scope="module")
def made(postgres_server: PostgresServer | None) -> Iterator[Made]:
    assert postgres_server is not None, "the matrix makes databases: unset POSTGRES_URL"
    with ExitStack() as stack:
        yield Made(postgres_server, stack)


@pytest.mark.case("P11")
@pytest.mark.parametrize("case", CASES, ids=[f"{one.group}: {one.name}" for one in CASES])
def test_change_makes_what_a_new_database_has(
    made: Made, postgres_server: PostgresServer, case: Case
) -> None:
    template, before = made.of(case.before)
    with new_database(postgres_server, made.of(EMPTY)[0]) as new:
        bring(postgres_server, new, case.after)
        after = dumped(postgres_server, new)
    with new_database(postgres_server, template) as changed:
        plan = bring(postgres_server, changed, case.after)
        assert plan.changes
        assert dumped(postgres_server, changed) == after
        if not case.back:
            gone = case.after.keys() - case.before.keys()
            bring(postgres_server, changed, case.home or case.before, others=gone)
            assert dumped(postgres_server, changed) == before
