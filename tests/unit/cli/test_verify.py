"""What verify ends with: what is not known is no difference, and never green."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.dynamodb.engines import Recorded, failed
from tests.unit.dynamodb.jobs import ARN, SOME, declare, index, recorded
from trueup.cli.verify import exit_code
from trueup.engines.dynamodb.inspect.tables import inspect_table
from trueup.errors import Place
from trueup.lifecycle.verification import Verification, verify_tables
from trueup.schema.engine import LiveTable
from trueup.schema.severity import Severity
from trueup.schema.tables import TableSchema

KEY = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": "arn:aws:kms:::key/0f"}
DENIED = failed("AccessDeniedException", message=f"dynamodb:DescribeTable on resource: {ARN}")


def verified(wanted: TableSchema, server: Recorded) -> Verification:
    def look(name: str) -> LiveTable | None:
        job: Any = inspect_table("Jobs", name, Place("dynamodb"), wanted=wanted, all_facts=True)
        live: LiveTable | None = server.run(job)
        return live

    return verify_tables({"Jobs": wanted}, look)


def unknown(told: Verification) -> list[tuple[str, str]]:
    """Path and reason of what is not known, where nothing differs and the command ends with 1."""
    assert told.differing() == []
    assert int(exit_code(told, Severity.LOW)) == 1
    return [(".".join(one.difference.path), one.difference.reason) for one in told.unknown]


def test_table_as_declared_is_green() -> None:
    assert int(exit_code(verified(declare(), recorded()), Severity.LOW)) == 0


@pytest.mark.case("S5")
def test_alias_that_may_not_be_resolved_is_unknown() -> None:
    wanted = declare(encryption="customer", kms_key_arn="alias/jobs")
    told = verified(wanted, recorded({"DescribeKey": DENIED}, SSEDescription=KEY))
    why = "the credentials do not allow kms:DescribeKey on alias/jobs"
    assert unknown(told) == [("encryption.key", why)]


@pytest.mark.case("S15")
def test_index_that_is_being_built_is_unknown() -> None:
    building = index("ByRank", "rank", IndexStatus="CREATING", Backfilling=True)
    indexes = [index("ByState", "state", Projection=SOME), building]
    told = verified(declare(), recorded(GlobalSecondaryIndexes=indexes))
    assert unknown(told) == [("index.ByRank", "it is CREATING, backfilling")]


@pytest.mark.case("S22")
def test_table_that_may_not_be_described_is_unknown() -> None:
    server = Recorded({"DescribeTable": DENIED})
    ((path, why),) = unknown(verified(declare(), server))
    assert path == ""
    assert "dynamodb:DescribeTable" in why
    assert server.actions == ["DescribeTable"]
