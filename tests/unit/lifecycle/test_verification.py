"""What a verification amounts to: what differs, what is not known, what is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.unit.schema.test_plan import BY_DAY, TABLE
from trueup.errors import ConfigurationError, ErrorCode, NeedsOperator, Place
from trueup.lifecycle.accepted import NOTHING, Accepted, parse_accepted
from trueup.lifecycle.verification import Verification, mending_command, verify_tables
from trueup.schema.engine import LiveTable
from trueup.schema.facts import Unknown
from trueup.schema.severity import Severity
from trueup.schema.tables import TableSchema

USERS = replace(TABLE, name="users")


def verified(live: Mapping[str, TableSchema], accepted: Accepted = NOTHING) -> Verification:
    tables = {name: LiveTable(schema) for name, schema in live.items()}
    return verify_tables({"orders": TABLE, "users": USERS}, tables.get, accepted)


def test_everything_agrees() -> None:
    told = verified({"orders": TABLE, "users": USERS})
    assert (told.present, told.declared) == (("orders", "users"),) * 2
    assert told.agreeing == len(told.findings) > 10
    assert (told.differing(), told.unknown) == ([], [])


def test_each_declared_table_is_looked_for() -> None:
    told = verified({"orders": TABLE})
    (missing,) = told.differing()
    assert (told.present, missing.table, missing.severity) == (
        ("orders",),
        "users",
        Severity.CRITICAL,
    )


def test_findings_can_be_limited_to_bad_ones() -> None:
    told = verified({"orders": replace(TABLE, facts={"days": 1}), "users": USERS})
    assert len(told.differing(Severity.MEDIUM)) == 1
    assert told.differing(Severity.HIGH) == []


def test_unknown_fact_is_accepted_only_by_name() -> None:
    accepted = parse_accepted("# emulator\n*  days  # it has none\n\norders st*\n", "accepted")
    unread = {"facts": {"days": Unknown("not kept")}, "stream": Unknown("not kept")}
    live = {"orders": replace(TABLE, **unread), "users": replace(USERS, **unread)}  # type: ignore[arg-type]
    told = verified(live, accepted)
    assert [(one.table, one.difference.path) for one in told.unknown] == [("users", ("stream",))]
    assert len(told.accepted_unknown) == 3


@pytest.mark.parametrize("text", ["orders", "orders days more"])
def test_line_that_is_no_table_and_fact_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="line 2 is no table and fact"):
        parse_accepted(f"* ttl\n{text}\n", "accepted")


@pytest.mark.case("S22")
def test_table_that_may_not_be_described_is_unknown_and_not_missing() -> None:
    def look(name: str) -> LiveTable | None:
        if name == "users":
            raise NeedsOperator(
                "dynamodb:DescribeTable is denied",
                where=Place(table=name),
                code=ErrorCode.ACCESS_DENIED,
                fix="grant it",
            )
        return LiveTable(TABLE)

    told = verify_tables({"orders": TABLE, "users": USERS}, look)
    (unknown,) = told.unknown
    assert (unknown.table, told.differing()) == ("users", [])
    assert "dynamodb:DescribeTable" in unknown.difference.reason


def test_other_failures_are_raised() -> None:
    def look(_name: str) -> LiveTable | None:
        raise NeedsOperator("the file is damaged", code=ErrorCode.CORRUPT_FILE, fix="restore it")

    with pytest.raises(NeedsOperator, match="the file is damaged"):
        verify_tables({"orders": TABLE}, look)


@pytest.mark.parametrize(
    ("live", "command"),
    [
        (replace(TABLE, ttl=None), "apply"),
        (replace(TABLE, sort=TABLE.partition), "apply --allow-replace"),
        (replace(TABLE, indexes={**TABLE.indexes, "More": BY_DAY}), "apply --prune"),
        (replace(TABLE, ttl=Unknown("denied")), ""),
    ],
)
def test_difference_names_the_option_that_mends_it(live: TableSchema, command: str) -> None:
    told = verify_tables({"orders": TABLE}, {"orders": LiveTable(live)}.get)
    (finding,) = (one for one in told.findings if one.verdict != "agrees")
    assert mending_command(finding) == command
