"""Where nexus stores it: nine tables, their indexes, the questions they answer, and the functions
that use them.

A table's first name is the one the team uses; `physical` is what it is called where it is deployed.
"""

from __future__ import annotations

from trueup import AccessPattern, Function, Index, Layer, Table, name_from_environment

from .models import (
    CachedEmbedding,
    Control,
    ControlEnrichment,
    ControlGuide,
    ControlMapping,
    Framework,
    MappingFeedback,
    MappingJob,
    MappingReview,
)
from .settings import SETTINGS

STATUS_SHARDS = 4
"""A status has few values and many items; see adr/0004-status-queries.md for this number."""

# trueup: accept D001, a handful of frameworks: adr/0004-status-queries.md
# trueup: accept D014, the demo asks them all; the document's services are no functions here
frameworks = Table(
    "Frameworks",
    Framework,
    description="Catalogues, item by revision",
    dynamodb=SETTINGS,
    partition="framework_name",
    sort="version",
    indexes=[
        Index("FrameworkKeyIndex", partition="framework_key"),
        Index("StatusIndex", partition="status", sort="framework_name"),
    ],
    patterns=[
        AccessPattern(
            "framework",
            by=("framework_name", "version"),
            description="One revision of a framework",
        ),
        AccessPattern(
            "versions_of_framework",
            sorted_by="version",
            description="All revisions of a framework",
        ),
        AccessPattern(
            "framework_by_key",
            index="FrameworkKeyIndex",
            description="A framework by its key",
        ),
        AccessPattern(
            "frameworks_by_status",
            index="StatusIndex",
            sorted_by="framework_name",
            description="Frameworks with a status, by name",
        ),
    ],
)

# trueup: accept D013, the document turns the stream on, and names no function that reads it
# trueup: accept D014, the demo asks them all; the document's services are no functions here
controls = Table(
    "Controls",
    Control,
    physical="FrameworkControls",
    description="Every control, by framework",
    dynamodb=SETTINGS,
    partition="framework_key",
    sort="control_key",
    stream="NEW_AND_OLD_IMAGES",
    indexes=[
        Index("ControlKeyIndex", partition="control_key"),
        Index("StatusIndex", partition="status", sort="control_key", shards=STATUS_SHARDS),
    ],
    patterns=[
        AccessPattern(
            "control",
            by=("framework_key", "control_key"),
            description="One control of a framework",
        ),
        AccessPattern(
            "controls_of_framework",
            sorted_by="control_key",
            description="All controls of a framework",
        ),
        AccessPattern(
            "control_by_key",
            index="ControlKeyIndex",
            description="A control by its key",
        ),
        AccessPattern(
            "controls_by_status",
            index="StatusIndex",
            sorted_by="control_key",
            description="Controls with a status, by key",
        ),
    ],
)

# trueup: accept D013, the document turns the stream on, and names no function that reads it
# trueup: accept D014, the demo asks them all; the document's services are no functions here
mappings = Table(
    "Mappings",
    ControlMapping,
    physical="ControlMappings",
    description="Which control refers to which",
    dynamodb=SETTINGS,
    partition="control_key",
    sort="mapped_control_key",
    stream="NEW_AND_OLD_IMAGES",
    indexes=[
        Index("MappingKeyIndex", partition="mapping_key"),
        Index("StatusIndex", partition="status", sort="timestamp", shards=STATUS_SHARDS),
        Index("WorkflowIndex", partition="mapping_workflow_key", sort="timestamp"),
        Index("ControlStatusIndex", partition="control_key", sort="status"),
        Index("ReverseIndex", partition="mapped_control_key", sort="control_key"),
        Index("ReverseStatusIndex", partition="mapped_control_key", sort="status"),
    ],
    patterns=[
        AccessPattern(
            "mapping",
            by=("control_key", "mapped_control_key"),
            description="The mapping between two controls",
        ),
        AccessPattern(
            "mappings_from",
            sorted_by="mapped_control_key",
            description="All mappings from a control",
        ),
        AccessPattern(
            "mappings_to",
            index="ReverseIndex",
            sorted_by="control_key",
            description="All mappings to a control",
        ),
        AccessPattern(
            "mappings_from_with_status",
            index="ControlStatusIndex",
            by=("control_key", "status"),
            description="Mappings from it with a status",
        ),
        AccessPattern(
            "mappings_to_with_status",
            index="ReverseStatusIndex",
            by=("mapped_control_key", "status"),
            description="Mappings to it with a status",
        ),
        AccessPattern(
            "mapping_by_key",
            index="MappingKeyIndex",
            description="A mapping by its key",
        ),
        AccessPattern(
            "mappings_by_status",
            index="StatusIndex",
            sorted_by="timestamp",
            description="Mappings with a status, by time",
        ),
        AccessPattern(
            "mappings_of_workflow",
            index="WorkflowIndex",
            sorted_by="timestamp",
            description="Mappings of a workflow, by time",
        ),
    ],
)

# trueup: accept D014, the demo asks them all; the document's services are no functions here
reviews = Table(
    "Reviews",
    MappingReview,
    physical="MappingReviews",
    description="Decisions on mappings",
    dynamodb=SETTINGS,
    partition="mapping_key",
    sort="review_key",
    indexes=[Index("ReviewerIndex", partition="reviewer_id", sort="submitted_at")],
    patterns=[
        AccessPattern(
            "review",
            by=("mapping_key", "review_key"),
            description="One review",
        ),
        AccessPattern(
            "reviews_of_mapping",
            sorted_by="review_key",
            description="Reviews of a mapping, by time",
        ),
        AccessPattern(
            "reviews_by_reviewer",
            index="ReviewerIndex",
            sorted_by="submitted_at",
            description="Reviews by a reviewer, by time",
        ),
    ],
)

# trueup: accept D014, the demo asks them all; the document's services are no functions here
feedbacks = Table(
    "Feedbacks",
    MappingFeedback,
    physical="MappingFeedback",
    description="What users say of mappings",
    dynamodb=SETTINGS,
    partition="mapping_key",
    sort="reviewer_id",
    indexes=[Index("UserFeedbackIndex", partition="reviewer_id", sort="mapping_key")],
    patterns=[
        AccessPattern(
            "feedback",
            by=("mapping_key", "reviewer_id"),
            description="One user's feedback on a mapping",
        ),
        AccessPattern(
            "feedback_of_mapping",
            sorted_by="reviewer_id",
            description="All feedback on a mapping",
        ),
        AccessPattern(
            "feedback_by_user",
            index="UserFeedbackIndex",
            sorted_by="mapping_key",
            description="All feedback by a user",
        ),
    ],
)

# trueup: accept D014, the demo asks them all; the document's services are no functions here
enrichments = Table(
    "ControlEnrichments",
    ControlEnrichment,
    physical=name_from_environment("ENRICHMENT_TABLE_NAME", default="Enrichment"),
    description="Texts that an agent explained",
    dynamodb=SETTINGS,
    partition="control_key",
    ttl="expires_at",
    patterns=[
        AccessPattern(
            "enrichment",
            description="The enrichment of a control",
        ),
    ],
)

# trueup: accept D014, the demo asks them all; the document's services are no functions here
guides = Table(
    "ControlGuideIndex",
    ControlGuide,
    description="Guidance on controls",
    dynamodb=SETTINGS,
    partition="control_key",
    sort="guide_key",
    indexes=[Index("TopicIndex", partition="topic", sort="control_key")],
    patterns=[
        AccessPattern(
            "guide",
            by=("control_key", "guide_key"),
            description="One guide",
        ),
        AccessPattern(
            "guides_of_control",
            sorted_by="guide_key",
            description="All guides on a control",
        ),
        AccessPattern(
            "guides_by_topic",
            index="TopicIndex",
            sorted_by="control_key",
            description="All guides on a topic",
        ),
    ],
)

# trueup: accept D001, jobs by the minute: adr/0004-status-queries.md
# trueup: accept D014, the demo asks them all; the document's services are no functions here
jobs = Table(
    "MappingJobs",
    MappingJob,
    description="Runs that make mappings",
    dynamodb=SETTINGS,
    partition="job_id",
    ttl="expires_at",
    indexes=[
        Index("StatusIndex", partition="status", sort="created_at"),
        Index("WorkflowIndex", partition="mapping_workflow_key", sort="created_at"),
    ],
    patterns=[
        AccessPattern(
            "job",
            description="One job",
        ),
        AccessPattern(
            "jobs_by_status",
            index="StatusIndex",
            sorted_by="created_at",
            order="descending",
            description="Jobs with a status, newest first",
        ),
        AccessPattern(
            "jobs_of_workflow",
            index="WorkflowIndex",
            sorted_by="created_at",
            description="Jobs of a workflow, by time",
        ),
    ],
)

# trueup: accept D014, the demo asks them all; the document's services are no functions here
embeddings = Table(
    "EmbeddingCache",
    CachedEmbedding,
    description="Vectors of texts, bought once",
    dynamodb=SETTINGS,
    partition="content_sha256",
    sort="model_id",
    ttl="expires_at",
    patterns=[
        AccessPattern(
            "embedding",
            by=("content_sha256", "model_id"),
            description="One model's vector of a text",
        ),
        AccessPattern(
            "embeddings_of_text",
            sorted_by="model_id",
            description="Every model's vector of a text",
        ),
    ],
)

functions = (
    Function(
        "NexusEnrichmentAgentLambda",
        handler="systems.nexus.handlers:enrich",
        description="Keeps what the enrichment agent wrote about a control",
        reads=[controls.pattern("control_by_key")],
        writes=[enrichments.put],
        timeout_s=60,
    ),
    Function(
        "NexusScienceOrchestratorLambda",
        handler="systems.nexus.handlers:orchestrate",
        description="Tells what is known of a control, and which controls map to it",
        reads=[
            enrichments.get,
            mappings.pattern("mappings_from"),
            mappings.pattern("mappings_to"),
        ],
    ),
)

layer = Layer(
    "nexus",
    target="dynamodb",
    tables=[
        frameworks,
        controls,
        mappings,
        reviews,
        feedbacks,
        enrichments,
        guides,
        jobs,
        embeddings,
    ],
    functions=functions,
)
