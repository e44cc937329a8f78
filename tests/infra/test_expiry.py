"""Expiry in templates: one that is gone is switched off by its name."""

from __future__ import annotations

from typing import Any

import pytest

from trueup import DeclarationError, DynamoDB, ExpiresAt, Layer, Model, Table
from trueup.engines.dynamodb.ddl.declared import declared
from trueup.infra import cloudformation, stack_of
from trueup.schema.engine import LiveTable
from trueup.schema.severity import Severity
from trueup.schema.verify import verify_table


class Note(Model):
    """It is kept."""

    id: str


class Leaflet(Model):
    """It expires."""

    id: str
    due: ExpiresAt


def template(model: type[Model] = Note, **settings: Any) -> dict[str, Any]:
    table = Table("Notes", model, partition="id", dynamodb=DynamoDB(**settings))
    stack = stack_of(Layer("desk", target="dynamodb", tables=[table]), {"Notes": "notes"})
    found: dict[str, Any] = cloudformation(stack)["Resources"]["NotesTable"]["Properties"]
    return found


@pytest.mark.case("S16")
def test_former_expiry_is_switched_off_by_its_name() -> None:
    """CloudFormation leaves the expiry of a table on whose template does not name it any more."""
    assert template(former_ttl="expiryTime")["TimeToLiveSpecification"] == {
        "Enabled": False,
        "AttributeName": "expiryTime",
    }
    assert "TimeToLiveSpecification" not in template()


@pytest.mark.case("S16")
def test_expiry_that_is_only_live_is_critical() -> None:
    sides = []
    for model in (Note, Leaflet):
        table = Table("Notes", model, partition="id", dynamodb=DynamoDB(deletion_protection=False))
        layer = Layer("desk", target="dynamodb", tables=[table])
        sides.append(declared(layer.describe(table), "notes"))
    (finding,) = (
        one for one in verify_table(sides[0], LiveTable(sides[1])) if one.verdict == "differs"
    )
    assert (finding.difference.path, finding.severity) == (("ttl",), Severity.CRITICAL)


def test_former_expiry_of_a_table_with_another_is_refused() -> None:
    with pytest.raises(DeclarationError, match="former_ttl has no effect: items expire by 'due'"):
        template(Leaflet, former_ttl="expiryTime")
