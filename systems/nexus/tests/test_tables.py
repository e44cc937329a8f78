"""The tables are the documented ones: names, keys, indexes and what expires."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

import trueup
from systems.nexus.models import ControlEnrichment, ControlMapping, MappingStatus
from systems.nexus.seeds import SEEDED_AT
from systems.nexus.seeds import enrichments as seeded_enrichments
from systems.nexus.seeds import mappings as seeded_mappings
from systems.nexus.tables import enrichments, frameworks, layer, mappings
from trueup import Database, Index, Layer, Table, at

TABLES = {table.name: layer.describe(table) for table in layer.tables}
TEXT = "S"
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "key"),
    [
        pytest.param("Frameworks", ["frameworkName", "version"], marks=pytest.mark.req("N1")),
        pytest.param("Controls", ["frameworkKey", "controlKey"], marks=pytest.mark.req("N4")),
        pytest.param("Mappings", ["controlKey", "mappedControlKey"], marks=pytest.mark.req("N7")),
        pytest.param("Reviews", ["mappingKey", "reviewKey"], marks=pytest.mark.req("N12")),
        pytest.param("Feedbacks", ["mappingKey", "reviewerId"], marks=pytest.mark.req("N14")),
        ("ControlEnrichments", ["control_id"]),
        pytest.param("ControlGuideIndex", ["controlKey", "guideKey"], marks=pytest.mark.req("N23")),
        pytest.param("MappingJobs", ["jobId"], marks=pytest.mark.req("N24")),
        pytest.param("EmbeddingCache", ["contentSha256", "modelId"], marks=pytest.mark.req("N25")),
    ],
)
def test_table_has_its_key(table: str, key: list[str]) -> None:
    assert [(part.attribute, part.kind.value) for part in TABLES[table].key] == [
        (name, TEXT) for name in key
    ]


@pytest.mark.parametrize(
    ("table", "index", "partition", "sort"),
    [
        pytest.param(
            "Frameworks", "FrameworkKeyIndex", "frameworkKey", None, marks=pytest.mark.req("N2")
        ),
        pytest.param(
            "Frameworks", "StatusIndex", "status", "frameworkName", marks=pytest.mark.req("N3")
        ),
        pytest.param(
            "Controls", "ControlKeyIndex", "controlKey", None, marks=pytest.mark.req("N5")
        ),
        pytest.param(
            "Controls", "StatusIndex", "status", "controlKey", marks=pytest.mark.req("N6")
        ),
        pytest.param(
            "Mappings", "MappingKeyIndex", "mappingKey", None, marks=pytest.mark.req("N8")
        ),
        pytest.param("Mappings", "StatusIndex", "status", "timestamp", marks=pytest.mark.req("N9")),
        pytest.param(
            "Mappings",
            "WorkflowIndex",
            "mappingWorkflowKey",
            "timestamp",
            marks=pytest.mark.req("N10"),
        ),
        pytest.param(
            "Mappings", "ControlStatusIndex", "controlKey", "status", marks=pytest.mark.req("N11")
        ),
        ("Mappings", "ReverseIndex", "mappedControlKey", "controlKey"),
        ("Mappings", "ReverseStatusIndex", "mappedControlKey", "status"),
        pytest.param(
            "Reviews", "ReviewerIndex", "reviewerId", "submittedAt", marks=pytest.mark.req("N13")
        ),
        pytest.param(
            "Feedbacks",
            "UserFeedbackIndex",
            "reviewerId",
            "mappingKey",
            marks=pytest.mark.req("N15"),
        ),
        ("ControlGuideIndex", "TopicIndex", "topic", "controlKey"),
        ("MappingJobs", "StatusIndex", "status", "createdAt"),
        ("MappingJobs", "WorkflowIndex", "mappingWorkflowKey", "createdAt"),
    ],
)
def test_index_has_its_keys_and_holds_everything(
    table: str, index: str, partition: str, sort: str | None
) -> None:
    found = TABLES[table].indexes[index]
    assert [part.attribute for part in found.partition] == [partition]
    assert [part.attribute for part in found.sort] == ([] if sort is None else [sort])
    assert (found.projection, found.local) == (None, False)


def test_no_index_is_undocumented() -> None:
    assert sum(len(table.indexes) for table in TABLES.values()) == 15


@pytest.mark.req("NT11")
@pytest.mark.parametrize(
    ("table", "attribute"),
    [
        ("ControlMappings", "timestamp"),
        ("MappingReviews", "submittedAt"),
        ("MappingJobs", "createdAt"),
    ],
)
def test_times_in_index_keys_are_text_of_one_width(
    sql: sqlite3.Connection, table: str, attribute: str
) -> None:
    found = [row[0] for row in sql.execute(f'SELECT "{attribute}" FROM "{table}"')]
    pattern = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
    assert found
    assert [text for text in found if not pattern.fullmatch(text)] == []


@pytest.mark.req("NT11")
def test_every_index_key_declares_its_type() -> None:
    kinds = {
        part.kind.value
        for table in TABLES.values()
        for index in table.indexes.values()
        for part in (*index.partition, *index.sort)
    }
    assert kinds == {TEXT}


@pytest.mark.req("N26")
def test_names_of_the_team_lead_to_deployed_names() -> None:
    names = layer.physical_names({})
    assert {name: physical for name, physical in names.items() if name != physical} == {
        "Controls": "FrameworkControls",
        "Mappings": "ControlMappings",
        "Reviews": "MappingReviews",
        "Feedbacks": "MappingFeedback",
        "ControlEnrichments": "Enrichment",
    }


@pytest.mark.req("N26")
def test_readme_shows_the_names_of_the_team_beside_the_deployed_ones() -> None:
    section = README.partition("| the team says | deployed as |")[2].partition("\n\n")[0]
    shown = re.findall(r"^\| (\w+) \| .*`(\w+)` \|$", section, re.MULTILINE)
    names = layer.physical_names({})
    assert shown == [(name, names[name]) for name in names if names[name] != name]


@pytest.mark.req("N26")
def test_database_has_the_deployed_names(sql: sqlite3.Connection) -> None:
    stored = {row[0] for row in sql.execute("SELECT name FROM sqlite_schema WHERE type='table'")}
    assert stored - {"trueup:tables"} == {
        "Frameworks",
        "FrameworkControls",
        "ControlMappings",
        "MappingReviews",
        "MappingFeedback",
        "Enrichment",
        "ControlGuideIndex",
        "MappingJobs",
        "EmbeddingCache",
    }


def test_enrichment_table_is_named_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ENRICHMENT_TABLE_NAME", "Enrichment-beta")
    with trueup.connect(f"sqlite:///{tmp_path}/beta.db", layer) as beta:
        request = beta.repository(enrichments).requests.get("x")
    assert '"Enrichment-beta"' in request.payload.statements[0].sql


@pytest.mark.req("N17")
def test_stored_enrichments_have_the_five_attributes(sql: sqlite3.Connection) -> None:
    names = {
        "enriched_text",
        "original_text",
        "enrichment_data",
        "enrichment_version",
        "created_at",
    }
    items = [json.loads(item) for (item,) in sql.execute("SELECT item FROM Enrichment")]
    assert len(items) == 90
    assert [item for item in items if not names <= item.keys()] == []


@pytest.mark.req("N18", "NT10")
def test_control_id_of_an_enrichment_is_a_control_key(sql: sqlite3.Connection) -> None:
    query = """SELECT count(*), count(c."controlKey") FROM Enrichment e
        LEFT JOIN FrameworkControls c ON c."controlKey" = e.control_id"""
    assert sql.execute(query).fetchone() == (90, 90)


@pytest.mark.req("NT10")
def test_enrichment_is_one_name_in_code_and_another_on_the_wire(empty: Database) -> None:
    item = next(seeded_enrichments()).model_copy(update={"expires_at": None})
    repository = empty.repository(enrichments)
    repository.put(item)
    assert repository.get(item.control_key) == item
    assert "control_id" in repository.requests.get("x").payload.statements[0].sql


@pytest.mark.req("N20")
def test_enrichments_by_framework_and_time_are_one_index_away(tmp_path: Path) -> None:
    """The line that README.md gives, and the questions it answers."""
    section = README.partition("\n## Enrichments by framework\n")[2].partition("\n## ")[0]
    [line] = re.findall(r"^by_framework = .*$", section, re.MULTILINE)
    table = Table(
        "ControlEnrichments",
        ControlEnrichment,
        partition="control_key",
        ttl="expires_at",
        indexes=[eval(line.removeprefix("by_framework = "), {"Index": Index})],
    )
    extended = Layer("extended", target="dynamodb", tables=[table])
    made = [SEEDED_AT + timedelta(days=day) for day in range(90)]
    items = [
        item.model_copy(update={"created_at": made[-day], "expires_at": None})
        for day, item in enumerate(seeded_enrichments())
    ]
    framework = "NIST-SP-800-53:4"
    expected = sorted(
        (item for item in items if item.framework_key == framework),
        key=lambda item: item.created_at,
    )
    since = expected[10].created_at
    with trueup.connect(f"sqlite:///{tmp_path}/x.db", extended) as opened:
        opened.create_tables()
        repository = opened.repository(table)
        repository.put_many(items)
        assert repository.query(framework, index="FrameworkIndex").all() == expected
        lately = repository.query(
            framework, index="FrameworkIndex", sort=at(ControlEnrichment.created_at) >= since
        )
        assert lately.all() == expected[10:]


@pytest.mark.req("NT9")
def test_only_tables_with_something_to_forget_expire() -> None:
    expiring = {name: table.expires.attribute for name, table in TABLES.items() if table.expires}
    assert expiring == {
        "ControlEnrichments": "expiryTime",
        "MappingJobs": "expiryTime",
        "EmbeddingCache": "expiryTime",
    }


@pytest.mark.req("NT9")
def test_expired_enrichment_is_absent_at_once(db: Database) -> None:
    assert len(db.repository(enrichments).scan().all()) == 47
    assert len(db.repository(enrichments).scan(include_expired=True).all()) == 90


@pytest.mark.req("NT8")
@pytest.mark.parametrize("table", ["FrameworkControls", "ControlMappings"])
def test_a_status_is_spread_over_partitions(sql: sqlite3.Connection, table: str) -> None:
    sizes = [
        size
        for (size,) in sql.execute(f'SELECT count(*) FROM "{table}" GROUP BY "StatusIndex.shard"')
    ]
    assert len(sizes) == 4 * 3
    assert max(sizes) < 0.3 * sum(sizes)


@pytest.mark.req("NT8")
def test_small_table_reads_a_status_from_one_partition() -> None:
    assert layer.describe(frameworks).indexes["StatusIndex"].shards == 1


@pytest.mark.req("NT8")
def test_an_update_of_the_status_moves_a_mapping_between_shards(empty: Database) -> None:
    mapping = next(seeded_mappings())
    repository = empty.repository(mappings)
    repository.put(mapping)
    repository.update(mapping, at(ControlMapping.status).assign(MappingStatus.REJECTED))
    found = [
        len(repository.pattern("mappings_by_status", status).all()) for status in MappingStatus
    ]
    assert dict(zip(MappingStatus, found, strict=True)) == {
        MappingStatus.PROPOSED: 0,
        MappingStatus.APPROVED: 0,
        MappingStatus.REJECTED: 1,
        MappingStatus.SUPERSEDED: 0,
        MappingStatus.RETIRED: 0,
    }
