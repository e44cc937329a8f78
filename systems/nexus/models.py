"""What nexus stores: frameworks, their controls, and how controls map to each other.

Keys are readable: `NIST-SP-800-53:5.1.1:AC-2(1)` is a control, two of them joined by `#` a mapping.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from trueup import ExpiresAt, Model, composed, stored_as


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

    framework_name: str
    version: str
    framework_key: str = composed("{framework_name}:{version}")
    status: FrameworkStatus
    title: str
    publisher: str
    published_controls: int = Field(ge=0, description="controls of this revision in our catalogue")


class Control(Model, names="camelCase"):
    """One control of one revision.

    Its key begins with the key of its framework. It goes without `#`, which joins two of them.
    """

    framework_name: str
    version: str
    control_id: str
    framework_key: str = composed("{framework_name}:{version}")
    control_key: str = composed("{framework_name}:{version}:{control_id}")
    status: ControlStatus
    statement: str
    title: str | None = None
    family: str | None = None
    baselines: set[Baseline] = Field(default_factory=set)
    category: str | None = Field(default=None, description="DISA: policy or technical")
    published: date | None = None


class ControlMapping(Model, names="camelCase"):
    """One control (`control_key`) refers to another (`mapped_control_key`)."""

    control_key: str
    mapped_control_key: str
    mapping_key: str = composed("{control_key}#{mapped_control_key}")
    mapping_workflow_key: str = Field(description="the import or job that made this mapping")
    status: MappingStatus
    timestamp: datetime = Field(description="when the publisher made the reference")
    mapped_part: str = Field(description="the part of the mapped control that is meant")


class MappingReview(Model, names="camelCase"):
    """What one reviewer decided on one mapping, once; later reviews are added, none is replaced."""

    mapping_key: str
    reviewer_id: str
    submitted_at: datetime
    review_key: str = composed("{submitted_at}#{reviewer_id}")
    decision: Decision
    comment: str | None = None


class MappingFeedback(Model, names="camelCase"):
    """Whether a mapping helped one user; the same user's next feedback replaces it."""

    mapping_key: str
    reviewer_id: str
    submitted_at: datetime
    is_helpful: bool
    comment: str | None = None


class ControlEnrichment(Model):
    """What the enrichment agent wrote about a control. Its attributes are snake_case as deployed.

    `control_key` is stored as `control_id`: the same values as every other control key, under
    another name. `framework_key` is there so that an index by framework is one line away.
    """

    control_key: Annotated[str, stored_as("control_id")]
    framework_key: str
    original_text: str
    enriched_text: str
    enrichment_data: dict[str, str | list[str]] = Field(default_factory=dict)
    enrichment_version: str
    created_at: datetime
    expires_at: Annotated[ExpiresAt | None, stored_as("expiryTime")] = None


class ControlGuide(Model, names="camelCase"):
    """Guidance on a control, found by topic: where to read on."""

    control_key: str
    guide_key: str
    topic: str
    title: str
    source: str


class MappingJob(Model, names="camelCase"):
    """One asynchronous run that maps controls of one framework to another."""

    job_id: str
    status: JobStatus
    mapping_workflow_key: str
    created_at: datetime
    controls_done: int = Field(default=0, ge=0)
    controls_total: int = Field(ge=0)
    expires_at: Annotated[ExpiresAt | None, stored_as("expiryTime")] = None


class CachedEmbedding(Model, names="camelCase"):
    """The vector that an embedding model gave for a text, so that it is paid for once.

    content_sha256: of the text. vector: 32-bit floats, little-endian, `dimensions` of them.
    """

    content_sha256: str
    model_id: str
    dimensions: int = Field(gt=0)
    vector: bytes
    created_at: datetime
    expires_at: Annotated[ExpiresAt | None, stored_as("expiryTime")] = None
