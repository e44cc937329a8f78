"""Each single change: our plan makes what a new database has, and its way back what there was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres_changes.cases import CASES, Case
from tests.postgres_changes.matrix import Matrix
from trueup.testing.postgres import PostgresServer


@pytest.fixture(scope="module")
def matrix(postgres_server: PostgresServer | None) -> Iterator[Matrix]:
    assert postgres_server is not None, "the matrix makes databases: unset POSTGRES_URL"
    with Matrix(postgres_server) as made:
        yield made


@pytest.mark.case("P1", "P11")
@pytest.mark.parametrize("case", CASES, ids=[f"{one.group}: {one.name}" for one in CASES])
def test_change_makes_what_a_new_database_has(matrix: Matrix, case: Case) -> None:
    matrix.check(case)
