"""What nexus is filled with: the real catalogues, and a few made-up items for the other tables.

Everything is fixed, so seeding twice leaves what seeding once left.
"""

from __future__ import annotations

import hashlib
import struct
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from trueup import Database, Model, Table

from . import tables
from .catalogues import DISA, DISA_VERSION, NIST, CciRow, cci_rows, nist_rows, reference_rows
from .models import (
    EMBEDDING_RETENTION,
    ENRICHMENT_RETENTION,
    JOB_RETENTION,
    Baseline,
    CachedEmbedding,
    Control,
    ControlEnrichment,
    ControlGuide,
    ControlMapping,
    ControlStatus,
    Decision,
    Framework,
    FrameworkStatus,
    JobStatus,
    MappingFeedback,
    MappingJob,
    MappingReview,
    MappingStatus,
)

SEEDED_AT = datetime(2055, 6, 2, 9, 0, tzinfo=UTC)
"""The moment the made-up items live in; open the database with this clock to see what has expired
by then. It is to come, since a server removes what has expired by a clock of its own."""

CURRENT = "5.1.1"
REVIEWERS = ("ana", "bo", "chen")
REVIEWED_CONTROL = "AC-2"
ENRICHED_FAMILY = "Access Control"
EMBEDDING_MODELS = ("demo-embed-8", "demo-embed-4")

_CCI_STATUS = {"draft": ControlStatus.DRAFT, "deprecated": ControlStatus.DEPRECATED}


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many items one table was given, and how long it took."""

    table: str
    items: int
    duration_s: float


def seed(db: Database) -> list[Seeded]:
    """Fill every table. Raises BatchIncomplete at the first table that misses an item."""
    return [_fill(db, table, items) for table, items in contents()]


def _fill(db: Database, table: Table[Any], items: Iterable[Model]) -> Seeded:
    started = time.perf_counter()
    result = db.repository(table).put_many(items)
    return Seeded(table.name, result.written, time.perf_counter() - started)


def contents() -> list[tuple[Table[Any], Iterator[Model]]]:
    """Each table with the items it is to hold."""
    return [
        (tables.frameworks, frameworks()),
        (tables.controls, controls()),
        (tables.mappings, mappings()),
        (tables.reviews, reviews()),
        (tables.feedbacks, feedbacks()),
        (tables.enrichments, enrichments()),
        (tables.guides, guides()),
        (tables.jobs, jobs()),
        (tables.embeddings, embeddings()),
    ]


def frameworks() -> Iterator[Framework]:
    """The three catalogues."""
    size = Counter(row.version for row in nist_rows())
    for version, title, status in (
        (
            "4",
            "Security and Privacy Controls for Federal Information Systems and Organizations",
            FrameworkStatus.SUPERSEDED,
        ),
        (
            CURRENT,
            "Security and Privacy Controls for Information Systems and Organizations",
            FrameworkStatus.CURRENT,
        ),
    ):
        yield Framework(
            framework_name=NIST,
            version=version,
            status=status,
            title=title,
            publisher="NIST",
            published_controls=size[version],
        )
    yield Framework(
        framework_name=DISA,
        version=DISA_VERSION,
        status=FrameworkStatus.CURRENT,
        title="Control Correlation Identifiers",
        publisher="DISA",
        published_controls=len(cci_rows()),
    )


def controls() -> Iterator[Control]:
    """Every control of the three catalogues."""
    for row in nist_rows():
        yield Control(
            framework_name=row.framework,
            version=row.version,
            control_id=row.control_id,
            status=ControlStatus.FINAL,
            title=row.title,
            family=row.family,
            baselines={Baseline(name) for name in row.baselines.split("|") if name},
            statement=row.statement,
        )
    for cci in cci_rows():
        yield Control(
            framework_name=DISA,
            version=DISA_VERSION,
            control_id=cci.cci_id,
            status=_CCI_STATUS[cci.status],
            statement=cci.definition,
            category=cci.category,
            published=date.fromisoformat(cci.published),
        )


def mappings() -> Iterator[ControlMapping]:
    """One mapping for each reference of a CCI to a control that the catalogue holds."""
    cci_of = {row.cci_id: row for row in cci_rows()}
    for row in reference_rows():
        cci = cci_of[row.cci_id]
        published = date.fromisoformat(cci.published)
        yield ControlMapping(
            control_key=f"{DISA}:{DISA_VERSION}:{row.cci_id}",
            mapped_control_key=f"{NIST}:{row.version}:{row.control_id}",
            mapping_workflow_key=workflow_key(row.version),
            status=_mapping_status(cci, row.version),
            timestamp=datetime.combine(published, time_of_day(), UTC),
            mapped_part=row.part,
        )


def workflow_key(version: str) -> str:
    """The import that made the mappings to one revision."""
    return f"import:{DISA}:{DISA_VERSION}:{NIST}:{version}"


def _mapping_status(cci: CciRow, version: str) -> MappingStatus:
    """A mapping goes with the CCI it comes from, then with the revision it leads to."""
    if cci.status == "deprecated":
        return MappingStatus.RETIRED
    return MappingStatus.APPROVED if version == CURRENT else MappingStatus.SUPERSEDED


def _reviewed() -> list[str]:
    """The keys of the mappings that have reviews and feedback: those to one control."""
    target = f"{NIST}:{CURRENT}:{REVIEWED_CONTROL}"
    return [item.mapping_key for item in mappings() if item.mapped_control_key == target]


def reviews() -> Iterator[MappingReview]:
    """Made up: two reviewers look at each of these mappings, in turn."""
    for position, mapping_key in enumerate(_reviewed()):
        for turn in (0, 1):
            number = position + turn
            yield MappingReview(
                mapping_key=mapping_key,
                reviewer_id=REVIEWERS[number % len(REVIEWERS)],
                submitted_at=SEEDED_AT - timedelta(days=30 - turn, minutes=-position),
                decision=Decision.DISCUSS if number % 7 == 3 else Decision.APPROVE,
                comment="Which part is meant?" if number % 7 == 3 else None,
            )


def feedbacks() -> Iterator[MappingFeedback]:
    """Made up: every user rates every second of these mappings."""
    for position, mapping_key in enumerate(_reviewed()[::2]):
        for reviewer in REVIEWERS:
            yield MappingFeedback(
                mapping_key=mapping_key,
                reviewer_id=reviewer,
                submitted_at=SEEDED_AT - timedelta(days=7, minutes=-position),
                is_helpful=position % 5 != 4,
            )


def enrichments() -> Iterator[ControlEnrichment]:
    """Made up: each control of one family of the current revision, and an expired one before it."""
    for row in nist_rows():
        if row.family != ENRICHED_FAMILY:
            continue
        made = (
            SEEDED_AT if row.version == CURRENT else SEEDED_AT - 2 * ENRICHMENT_RETENTION.duration
        )
        yield ControlEnrichment(
            control_key=f"{NIST}:{row.version}:{row.control_id}",
            framework_key=f"{NIST}:{row.version}",
            original_text=row.statement,
            enriched_text=f"{row.title} belongs to the family {row.family}. {row.statement}",
            enrichment_data={"family": row.family, "baselines": row.baselines.split("|")},
            enrichment_version="1",
            created_at=made,
            expires_at=ENRICHMENT_RETENTION.until(made),
        )


def guides() -> Iterator[ControlGuide]:
    """Made up: where to read how each control of the current revision is assessed."""
    for row in nist_rows():
        if row.version == CURRENT:
            yield ControlGuide(
                control_key=f"{NIST}:{row.version}:{row.control_id}",
                guide_key="SP-800-53A",
                topic=row.family,
                title=f"Assessing {row.control_id}: {row.title}",
                source="NIST SP 800-53A Rev. 5",
            )


def jobs() -> Iterator[MappingJob]:
    """Made up: a job in each state, and one more that is done."""
    total = Counter(row.version for row in reference_rows())
    for number, (version, status, share) in enumerate(
        (
            ("4", JobStatus.DONE, 1.0),
            (CURRENT, JobStatus.FAILED, 0.25),
            (CURRENT, JobStatus.DONE, 1.0),
            (CURRENT, JobStatus.RUNNING, 0.5),
            ("4", JobStatus.QUEUED, 0.0),
        ),
        start=1,
    ):
        created_at = SEEDED_AT - timedelta(hours=6 - number)
        yield MappingJob(
            job_id=f"job-{number}",
            status=status,
            mapping_workflow_key=workflow_key(version),
            created_at=created_at,
            controls_done=int(total[version] * share),
            controls_total=total[version],
            expires_at=JOB_RETENTION.until(created_at),
        )


def embeddings() -> Iterator[CachedEmbedding]:
    """Made up: vectors from a digest of the text, which mean nothing but are the same each time."""
    texts = {row.statement for row in nist_rows() if row.family == ENRICHED_FAMILY}
    for text in sorted(texts):
        digest = hashlib.sha256(text.encode())
        for model_id in EMBEDDING_MODELS:
            dimensions = int(model_id.rpartition("-")[2])
            values = [byte / 255 for byte in digest.digest()[:dimensions]]
            yield CachedEmbedding(
                content_sha256=digest.hexdigest(),
                model_id=model_id,
                dimensions=dimensions,
                vector=struct.pack(f"<{dimensions}f", *values),
                created_at=SEEDED_AT,
                expires_at=EMBEDDING_RETENTION.until(SEEDED_AT),
            )
