"""What nexus stores: frameworks, their controls, and how controls map to each other.

Keys are readable: `NIST-SP-800-53:5.1.1:AC-2(1)` is a control, two of them joined by `#` a mapping.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from trueup import ExpiresAt, Model, composed, kept, stored_as

ENRICHMENT_RETENTION = kept(days=180, after="created_at")
JOB_RETENTION = kept(days=30, after="created_at")
EMBEDDING_RETENTION = kept(days=30, after="created_at")

FrameworkName = Annotated[str, Field(examples=["NIST-SP-800-53"])]
FrameworkVersion = Annotated[str, Field(examples=["5.1.1"])]
FrameworkKey = Annotated[
    str, Field(description="the framework, `name:version`", examples=["NIST-SP-800-53:5.1.1"])
]
ControlKey = Annotated[
    str,
    Field(
        description="the control, `name:version:control`",
        examples=["NIST-SP-800-53:5.1.1:AC-2(1)"],
    ),
]
MappingKey = Annotated[
    str,
    Field(
        description="the mapping: the keys of two controls",
        examples=["DISA-CCI:2023-06-07:CCI-000015#NIST-SP-800-53:5.1.1:AC-2(1)"],
    ),
]
WorkflowKey = Annotated[
    str,
    Field(
        description="the import or job that made it",
        examples=["import:DISA-CCI:2023-06-07:NIST-SP-800-53:5.1.1"],
    ),
]
Reviewer = Annotated[str, Field(description="who said so", examples=["ana"])]


class FrameworkStatus(StrEnum):
    """Whether a revision of a framework is the one to use."""

    CURRENT = "CURRENT"
    SUPERSEDED = "SUPERSEDED"


class ControlStatus(StrEnum):
    """What the publisher says of a control. NIST's are final; DISA's begin as drafts."""

    FINAL = "FINAL"
    DRAFT = "DRAFT"
    DEPRECATED = "DEPRECATED"


class MappingStatus(StrEnum):
    """Where a mapping stands: proposed, reviewed, or overtaken by a newer revision."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    SUPERSEDED = "SUPERSEDED"
    RETIRED = "RETIRED"


class Baseline(StrEnum):
    """The baselines of NIST SP 800-53B."""

    LOW = "LOW"
    MODERATE = "MODERATE"
    HIGH = "HIGH"
    PRIVACY = "PRIVACY"


class Decision(StrEnum):
    """What a reviewer decided on a mapping."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"
    DISCUSS = "DISCUSS"


class JobStatus(StrEnum):
    """The states of a mapping job: queued, running, then one of the other two."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class Framework(Model, names="camelCase"):
    """One revision of a catalogue of controls."""

    framework_name: FrameworkName
    version: FrameworkVersion
    framework_key: str = composed("{framework_name}:{version}")
    status: FrameworkStatus
    title: str = Field(examples=["Security and Privacy Controls"])
    publisher: str = Field(examples=["NIST"])
    published_controls: int = Field(
        ge=0, description="controls of this revision in our catalogue", examples=[389]
    )


class Control(Model, names="camelCase"):
    """One control of one revision.

    Its key begins with the key of its framework. It goes without `#`, which joins two of them.
    """

    framework_name: FrameworkName
    version: FrameworkVersion
    control_id: str = Field(description="the publisher's name for it", examples=["AC-2(1)"])
    framework_key: str = composed("{framework_name}:{version}")
    control_key: str = composed("{framework_name}:{version}:{control_id}")
    status: ControlStatus
    statement: str = Field(
        description="what it demands",
        examples=["Support the management of system accounts using automated mechanisms."],
    )
    title: str | None = Field(default=None, examples=["Automated System Account Management"])
    family: str | None = Field(
        default=None, description="NIST: the chapter", examples=["Access Control"]
    )
    baselines: set[Baseline] = Field(
        default_factory=set,
        description="NIST: the baselines that select it",
        examples=[{Baseline.MODERATE, Baseline.HIGH}],
    )
    category: str | None = Field(
        default=None, description="DISA: policy or technical", examples=["technical"]
    )
    published: date | None = Field(default=None, description="DISA: the day of its publication")


class ControlMapping(Model, names="camelCase"):
    """One control (`control_key`) refers to another (`mapped_control_key`)."""

    control_key: str = Field(
        description="the control that refers to another",
        examples=["DISA-CCI:2023-06-07:CCI-000015"],
    )
    mapped_control_key: ControlKey
    mapping_key: str = composed("{control_key}#{mapped_control_key}")
    mapping_workflow_key: WorkflowKey
    status: MappingStatus
    timestamp: datetime = Field(description="when the publisher made the reference")
    mapped_part: str = Field(
        description="the part of the mapped control that is meant", examples=["AC-2 (1)"]
    )


class MappingReview(Model, names="camelCase"):
    """What one reviewer decided on one mapping, once; later reviews are added, none is replaced."""

    mapping_key: MappingKey
    reviewer_id: Reviewer
    submitted_at: datetime
    review_key: str = composed("{submitted_at}#{reviewer_id}", description="the order of time")
    decision: Decision
    comment: str | None = Field(default=None, examples=["The reference is exact."])


class MappingFeedback(Model, names="camelCase"):
    """Whether a mapping helped one user; the same user's next feedback replaces it."""

    mapping_key: MappingKey
    reviewer_id: Reviewer
    submitted_at: datetime
    is_helpful: bool
    comment: str | None = Field(default=None, examples=["It saved me an hour."])


class ControlEnrichment(Model):
    """What the enrichment agent wrote about a control. Its attributes are snake_case as deployed.

    `control_key` is stored as `control_id`: the same values as every other control key, under
    another name. `framework_key` is there so that an index by framework is one line away.
    """

    control_key: Annotated[ControlKey, stored_as("control_id")]
    framework_key: FrameworkKey
    original_text: str = Field(
        description="the statement of the control",
        examples=["Support the management of system accounts using automated mechanisms."],
    )
    enriched_text: str = Field(
        description="the same in other words",
        examples=["Let a program, not a person, create and remove accounts."],
    )
    enrichment_data: dict[str, str | list[str]] = Field(
        default_factory=dict,
        description="what the agent found beside the text",
        examples=[{"family": "Access Control", "baselines": ["MODERATE", "HIGH"]}],
    )
    enrichment_version: str = Field(description="of the agent", examples=["1"])
    created_at: datetime = Field(description="when the agent wrote it")
    expires_at: Annotated[ExpiresAt | None, ENRICHMENT_RETENTION, stored_as("expiryTime")] = Field(
        default=None, description="when it has to be written again"
    )


class ControlGuide(Model, names="camelCase"):
    """Guidance on a control, found by topic: where to read on."""

    control_key: ControlKey
    guide_key: str = Field(
        description="the guide, among those of the control", examples=["SP-800-53A"]
    )
    topic: str = Field(examples=["Access Control"])
    title: str = Field(examples=["Assessing Security and Privacy Controls"])
    source: str = Field(
        description="where to read on",
        examples=["https://csrc.nist.gov/pubs/sp/800/53/a/r5/final"],
    )


class MappingJob(Model, names="camelCase"):
    """One asynchronous run that maps controls of one framework to another."""

    job_id: str = Field(examples=["job-1"])
    status: JobStatus
    mapping_workflow_key: WorkflowKey
    created_at: datetime
    controls_done: int = Field(default=0, ge=0, examples=[97])
    controls_total: int = Field(ge=0, examples=[389])
    expires_at: Annotated[ExpiresAt | None, JOB_RETENTION, stored_as("expiryTime")] = None


class CachedEmbedding(Model, names="camelCase"):
    """The vector that an embedding model gave for a text, so that it is paid for once.

    content_sha256: of the text. vector: 32-bit floats, little-endian, `dimensions` of them.
    """

    content_sha256: str = Field(
        examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]
    )
    model_id: str = Field(examples=["demo-embed-4"])
    dimensions: int = Field(gt=0, examples=[4])
    vector: bytes = Field(examples=[bytes(16)])
    created_at: datetime
    expires_at: Annotated[ExpiresAt | None, EMBEDDING_RETENTION, stored_as("expiryTime")] = None
