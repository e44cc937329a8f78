"""Every question, asked of the real data; expectations come from the files, not from the seeds."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import re
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

import trueup
from systems.nexus.models import (
    ControlMapping,
    ControlStatus,
    FrameworkStatus,
    MappingReview,
    MappingStatus,
)
from systems.nexus.questions import examples
from systems.nexus.seeds import SEEDED_AT
from systems.nexus.seeds import reviews as seeded_reviews
from systems.nexus.tables import (
    controls,
    feedbacks,
    frameworks,
    layer,
    mappings,
    reviews,
)
from trueup import Database, ErrorCode, InvalidCall, at

FOLDER = Path(__file__).parents[1]
CCI = "DISA-CCI:2023-06-07:CCI-000015"
AC_2 = "NIST-SP-800-53:5.1.1:AC-2"
AC_2_1 = "NIST-SP-800-53:5.1.1:AC-2(1)"


@cache
def rows(name: str) -> list[dict[str, str]]:
    text = gzip.decompress((FOLDER / f"data/{name}.csv.gz").read_bytes()).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sources_of(version: str, control_id: str) -> list[str]:
    """The CCIs that refer to a control, in order."""
    return sorted(
        f"DISA-CCI:2023-06-07:{row['cci_id']}"
        for row in rows("disa_cci_to_nist")
        if (row["nist_version"], row["control_id"]) == (version, control_id)
    )


def reviews_where(field: str, value: str) -> list[MappingReview]:
    return [review for review in seeded_reviews() if getattr(review, field) == value]


def submitted_at(review: MappingReview) -> datetime:
    return review.submitted_at


CCI_OF_AC_2 = sources_of("5.1.1", "AC-2")[0]


@pytest.mark.req("N78")
def test_mappings_from_a_control_are_found(db: Database) -> None:
    found = db.repository(mappings).query(CCI).all()
    assert [item.mapped_control_key for item in found] == ["NIST-SP-800-53:4:AC-2(1)", AC_2_1]


@pytest.mark.req("N79", "NT1")
def test_mappings_to_a_control_are_found(db: Database) -> None:
    found = db.repository(mappings).pattern("mappings_to", AC_2).all()
    assert [item.control_key for item in found] == sources_of("5.1.1", "AC-2")


@pytest.mark.req("NT1")
def test_index_by_mapping_key_cannot_answer_the_reverse_question(db: Database) -> None:
    with pytest.raises(InvalidCall) as caught:
        db.repository(mappings).pattern("mapping_by_key", AC_2)
    assert caught.value.code is ErrorCode.COMPOSED_MISMATCH


@pytest.mark.req("N79")
def test_mappings_to_a_control_continue_after_a_cursor(db: Database) -> None:
    repository = db.repository(mappings)
    first = repository.query(AC_2, index="ReverseIndex", limit=10)
    begun = [item.control_key for item in first]
    rest = repository.query(AC_2, index="ReverseIndex", after=first.cursor)
    assert begun + [item.control_key for item in rest] == sources_of("5.1.1", "AC-2")


@pytest.mark.req("N80")
def test_one_mapping_is_found_by_its_key(db: Database) -> None:
    found = db.repository(mappings).pattern("mapping_by_key", f"{CCI}#{AC_2_1}").all()
    assert [(item.control_key, item.mapped_control_key) for item in found] == [(CCI, AC_2_1)]


@pytest.mark.req("N81")
@pytest.mark.parametrize(
    ("status", "targets"),
    [
        (MappingStatus.APPROVED, [AC_2_1]),
        (MappingStatus.SUPERSEDED, ["NIST-SP-800-53:4:AC-2(1)"]),
        (MappingStatus.REJECTED, []),
    ],
)
def test_mappings_from_a_control_with_a_status(
    db: Database, status: MappingStatus, targets: list[str]
) -> None:
    found = db.repository(mappings).pattern("mappings_from_with_status", CCI, status)
    assert [item.mapped_control_key for item in found] == targets


@pytest.mark.req("N81")
def test_mappings_to_a_control_with_a_status(db: Database) -> None:
    """AC-2 of revision 4 is referred to by CCIs that are deprecated, and by others."""
    deprecated = {row["cci_id"] for row in rows("disa_cci") if row["status"] == "deprecated"}
    references = sorted(
        (row["control_id"], row["cci_id"] in deprecated, f"DISA-CCI:2023-06-07:{row['cci_id']}")
        for row in rows("disa_cci_to_nist")
        if row["nist_version"] == "4"
    )
    mixed = {name for name, is_deprecated, _ in references if is_deprecated}
    control = next(
        name for name, is_deprecated, _ in references if name in mixed and not is_deprecated
    )
    repository = db.repository(mappings)
    found = {
        status: sorted(
            item.control_key
            for item in repository.pattern(
                "mappings_to_with_status", f"NIST-SP-800-53:4:{control}", status
            )
        )
        for status in (MappingStatus.RETIRED, MappingStatus.SUPERSEDED, MappingStatus.APPROVED)
    }
    assert found == {
        MappingStatus.RETIRED: [key for name, old, key in references if name == control and old],
        MappingStatus.SUPERSEDED: [
            key for name, old, key in references if name == control and not old
        ],
        MappingStatus.APPROVED: [],
    }


@pytest.mark.req("N82")
def test_reviews_of_a_mapping_come_in_order_of_time(db: Database) -> None:
    found = db.repository(reviews).pattern("reviews_of_mapping", f"{CCI_OF_AC_2}#{AC_2}").all()
    assert found == sorted(reviews_where("mapping_key", f"{CCI_OF_AC_2}#{AC_2}"), key=submitted_at)
    assert len(found) == 2


@pytest.mark.req("N82")
def test_reviews_by_a_reviewer_come_in_order_of_time(db: Database) -> None:
    found = db.repository(reviews).query("ana", index="ReviewerIndex").all()
    assert found == sorted(reviews_where("reviewer_id", "ana"), key=submitted_at)
    assert len(found) > 20


@pytest.mark.req("N83")
def test_feedback_on_a_mapping_is_found(db: Database) -> None:
    found = db.repository(feedbacks).query(f"{CCI_OF_AC_2}#{AC_2}").all()
    assert [item.reviewer_id for item in found] == ["ana", "bo", "chen"]


@pytest.mark.req("N83")
def test_feedback_by_a_user_is_found(db: Database) -> None:
    found = db.repository(feedbacks).query("bo", index="UserFeedbackIndex").all()
    keys = [item.mapping_key for item in found]
    assert keys == sorted(f"{source}#{AC_2}" for source in sources_of("5.1.1", "AC-2")[::2])


@pytest.mark.req("N84")
@pytest.mark.parametrize("status", [MappingStatus.SUPERSEDED, MappingStatus.RETIRED])
def test_mappings_with_a_status_come_in_order_of_time(db: Database, status: MappingStatus) -> None:
    found = db.repository(mappings).pattern("mappings_by_status", status).all()
    times = [item.timestamp for item in found]
    assert len(times) == {MappingStatus.SUPERSEDED: 1478, MappingStatus.RETIRED: 37}[status]
    assert times == sorted(times)


@pytest.mark.req("N84", "NT8")
def test_mappings_with_a_status_continue_exactly_over_all_shards(db: Database) -> None:
    repository = db.repository(mappings)
    seen: list[str] = []
    cursor = None
    while True:
        page = repository.pattern(
            "mappings_by_status", MappingStatus.APPROVED, limit=333, after=cursor
        )
        seen += [item.mapping_key for item in page]
        cursor = page.cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 2245


@pytest.mark.req("N84")
def test_mappings_with_a_status_are_found_from_a_time_on(db: Database) -> None:
    """The time is that of one of them, which is found too."""
    repository = db.repository(mappings)
    every = repository.pattern("mappings_by_status", MappingStatus.SUPERSEDED).all()
    published = {row["cci_id"]: row["published"] for row in rows("disa_cci")}
    since = published[every[len(every) // 2].control_key[-10:]]
    found = repository.query(
        MappingStatus.SUPERSEDED,
        index="StatusIndex",
        sort=at(ControlMapping.timestamp) >= datetime.fromisoformat(f"{since}T00:00:00Z"),
    )
    assert sorted(item.mapping_key for item in found) == sorted(
        item.mapping_key for item in every if published[item.control_key[-10:]] >= since
    )


@pytest.mark.req("N84")
def test_mappings_of_a_workflow_come_in_order_of_time(db: Database) -> None:
    workflow = "import:DISA-CCI:2023-06-07:NIST-SP-800-53:4"
    found = db.repository(mappings).pattern("mappings_of_workflow", workflow).all()
    times = [item.timestamp for item in found]
    assert len(times) == 1515
    assert times == sorted(times)


@pytest.mark.req("N85")
def test_frameworks_with_a_status_come_in_order_of_name(db: Database) -> None:
    found = db.repository(frameworks).pattern("frameworks_by_status", FrameworkStatus.CURRENT)
    assert [item.framework_key for item in found] == [
        "DISA-CCI:2023-06-07",
        "NIST-SP-800-53:5.1.1",
    ]


@pytest.mark.req("N85")
def test_controls_with_a_status_come_in_order_of_key(db: Database) -> None:
    found = db.repository(controls).pattern("controls_by_status", ControlStatus.DEPRECATED)
    assert [item.control_id for item in found] == sorted(
        row["cci_id"] for row in rows("disa_cci") if row["status"] == "deprecated"
    )


@pytest.mark.req("N85")
def test_framework_is_found_by_its_key(db: Database) -> None:
    [found] = db.repository(frameworks).query("NIST-SP-800-53:4", index="FrameworkKeyIndex")
    assert (found.version, found.published_controls) == ("4", 343)


@pytest.mark.req("N85")
def test_control_is_found_by_its_key(db: Database) -> None:
    [found] = db.repository(controls).query(AC_2_1, index="ControlKeyIndex")
    [row] = [
        row
        for row in rows("nist_800_53")
        if (row["version"], row["control_id"]) == ("5.1.1", "AC-2(1)")
    ]
    assert (found.title, found.statement) == (row["title"], row["statement"])


@pytest.mark.req("N79", "N80", "N81", "N84")
def test_async_repository_gives_the_same_answers(db: Database, url: str) -> None:
    asked = [
        ("mappings_to", (AC_2,)),
        ("mapping_by_key", (f"{CCI}#{AC_2_1}",)),
        ("mappings_to_with_status", (AC_2, MappingStatus.APPROVED)),
        ("mappings_by_status", (MappingStatus.RETIRED,)),
    ]

    async def ask() -> list[list[ControlMapping]]:
        async with await trueup.connect_async(url, layer, clock=SEEDED_AT.timestamp) as opened:
            repository = opened.repository(mappings)
            return [await repository.pattern(name, *given).all() for name, given in asked]

    repository = db.repository(mappings)
    assert asyncio.run(ask()) == [repository.pattern(name, *given).all() for name, given in asked]


def test_every_pattern_has_an_example() -> None:
    declared = {(table.name, pattern.name) for table in layer.tables for pattern in table.patterns}
    assert set(examples()) == declared


def test_document_lists_exactly_the_declared_patterns() -> None:
    text = (FOLDER / "access_patterns.md").read_text()
    listed = set()
    for section in text.split("\n## ")[1:]:
        table = section.partition("\n")[0]
        for line in re.findall(
            r"^\| `(\w+)` \| .* \| (.+?)(?:, 4 shards)? \| .*\|$", section, re.M
        ):
            listed.add((table, line[0], line[1].strip("`")))
    assert listed == {
        (table.name, pattern.name, pattern.index or "the key")
        for table in layer.tables
        for pattern in table.patterns
    }
