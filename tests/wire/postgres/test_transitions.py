"""Fields that change in declared ways only, where NULL is a value as others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

import trueup
from trueup import ConstraintRefused, Database, Layer, Model, Relational, Table, at
from trueup.relational import Transitions


class Claim(Model):
    """What may be in no state."""

    id: str
    strict: str | None = None
    free: str | None = None


CLAIMS = Table(
    "claims",
    Claim,
    partition="id",
    relational=Relational(
        triggers=[
            Transitions("strict", {"open": ["shut"]}),
            Transitions("free", {None: ["open"], "open": ["shut"], "shut": [None]}),
        ]
    ),
)
CLAIM_LAYER = Layer("claims", target="postgres", tables=[CLAIMS])
CHANGES = [
    ("strict", None, "open", False),
    ("strict", None, "other", False),
    ("strict", "open", None, False),
    ("strict", "open", "shut", True),
    ("strict", "open", "other", False),
    ("strict", "shut", "open", False),
    ("strict", "other", "shut", False),
    ("strict", None, None, True),
    ("strict", "other", "other", True),
    ("free", None, "open", True),
    ("free", None, "shut", False),
    ("free", "open", "shut", True),
    ("free", "open", None, False),
    ("free", "shut", None, True),
    ("free", "other", None, False),
]


@pytest.fixture
def claims(postgres_url: str, prefix: str) -> Iterator[Database]:
    names = f"{prefix}{{table}}"
    with trueup.connect(postgres_url, CLAIM_LAYER, table_names=names) as db:
        db.create_tables()
        yield db


@pytest.mark.parametrize(("field", "before", "after", "is_allowed"), CHANGES)
def test_change_is_allowed_if_it_is_listed(
    claims: Database, field: str, before: str | None, after: str | None, is_allowed: bool
) -> None:
    repo = claims.repository(CLAIMS)
    repo.put(Claim.model_validate({"id": "a", field: before}))
    if is_allowed:
        repo.put(Claim.model_validate({"id": "a", field: after}))
    else:
        with pytest.raises(ConstraintRefused) as refused:
            repo.put(Claim.model_validate({"id": "a", field: after}))
        assert refused.value.constraint.endswith(f"claims_{field}_transitions")
    assert getattr(repo.get("a"), field) == (after if is_allowed else before)


def test_other_programs_and_changes_of_one_field_are_bound_too(
    claims: Database, prefix: str, other: psycopg.Connection[Any]
) -> None:
    repo = claims.repository(CLAIMS)
    repo.put(Claim(id="a", strict="open"))
    with pytest.raises(psycopg.errors.CheckViolation):
        other.execute(f'UPDATE "{prefix}claims" SET strict = NULL'.encode())
    with pytest.raises(ConstraintRefused):
        repo.update("a", at(Claim.strict).remove())
    assert repo.get("a") == Claim(id="a", strict="open")
