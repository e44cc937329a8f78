"""The table of docs/guides/alarms.md: every kind of alarm, from the code.

`python -m tests.infra.alarm_rows` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.infra.test_templates import NAMES, SHOP
from tests.infra.test_watched import ALL
from trueup import Alarms
from trueup.infra import stack_of
from trueup.infra.alarms.alarm import Alarm
from trueup.infra.alarms.watched import Watched, watched
from trueup.infra.values import Resource

GUIDE = Path(__file__).parents[2] / "docs/guides/alarms.md"
HEAD = "| kind | of | metric | on when | severity | source |\n|---|---|---|---|---|---|\n"
_OF = {
    "": "account",
    "AWS::DynamoDB::Table": "table",
    "AWS::Lambda::Function": "function",
    "AWS::SQS::Queue": "dead letters",
    "AWS::Lambda::EventSourceMapping": "consumer of a stream",
    "AWS::ApiGateway::Stage": "API",
    "AWS::RDS::DBInstance": "database",
    "AWS::RDS::DBProxy": "proxy",
}
_MEASURED = {
    "read-consumed": "percent of the cap or units",
    "write-consumed": "percent of the cap or units",
    "system-errors": "Sum over operations",
    "refused-conditions": "percent of units written",
    "transaction-conflicts": "percent of units written",
    "pinned": "percent of connections",
    "proxy-connections": "percent of the most",
}
_SIGNS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
}


def everything() -> list[Watched]:
    """Resources that together have every kind of alarm."""
    tables = list(stack_of(SHOP, NAMES).resources)
    full = tables[0]
    copied = Resource(
        full.id, full.type, {**full.properties, "KinesisStreamSpecification": {"StreamArn": "arn"}}
    )
    replica = Resource("Copy", "AWS::RDS::DBInstance", {"SourceDBInstanceIdentifier": "first"})
    return list(watched([copied, *tables[1:], *ALL, replica], "stack", Alarms()))


def rows() -> Iterator[str]:
    """One row for each kind."""
    seen: set[tuple[str, str]] = set()
    of_indexes = {alarm.kind for one in everything() for alarm in one.alarms if alarm.part}
    for one in everything():
        for alarm in one.alarms:
            if (one.type, alarm.kind) not in seen:
                seen.add((one.type, alarm.kind))
                of = _OF[one.type]
                yield _row(f"{of}, index" if alarm.kind in of_indexes else of, alarm)


def _row(of: str, alarm: Alarm) -> str:
    first = alarm.series[0]
    measured = _MEASURED.get(alarm.kind, first.statistic)
    waits = f"{alarm.bad} of {alarm.of} × {first.period_s} s"
    on = f"{measured} {_SIGNS[alarm.comparison]} {alarm.threshold:,.10g}, {waits}"
    source = "AWS" if alarm.source.endswith("AWS") else "ours"
    return f"| `{alarm.kind}` | {of} | `{first.metric}` | {on} | {alarm.severity} | {source} |"


def page(text: str) -> str:
    """The guide with its table as the code has it."""
    before, rest = text.split(HEAD)
    after = rest[rest.index("\n\n") :]
    return before + HEAD + "\n".join(rows()) + after


if __name__ == "__main__":
    GUIDE.write_text(page(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
