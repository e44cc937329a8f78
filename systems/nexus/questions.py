"""An example of every access pattern: what each is asked in the demo and in the tests."""

from __future__ import annotations

from .catalogues import DISA, DISA_VERSION, NIST
from .models import ControlStatus, FrameworkStatus, JobStatus, MappingStatus
from .seeds import CURRENT, EMBEDDING_MODELS, embeddings, reviews, workflow_key

NIST_5 = f"{NIST}:{CURRENT}"
CONTROL = f"{NIST_5}:AC-2"
CCI = f"{DISA}:{DISA_VERSION}:CCI-000015"
CCI_MAPPED = f"{NIST_5}:AC-2(1)"


def examples() -> dict[tuple[str, str], tuple[str, ...]]:
    """Table and pattern to a value for each field that the pattern is asked by."""
    review = next(reviews())
    text = next(embeddings()).content_sha256
    return {
        ("Frameworks", "framework"): (NIST, CURRENT),
        ("Frameworks", "versions_of_framework"): (NIST,),
        ("Frameworks", "framework_by_key"): (NIST_5,),
        ("Frameworks", "frameworks_by_status"): (FrameworkStatus.CURRENT,),
        ("Controls", "control"): (NIST_5, CONTROL),
        ("Controls", "controls_of_framework"): (NIST_5,),
        ("Controls", "control_by_key"): (CCI,),
        ("Controls", "controls_by_status"): (ControlStatus.DEPRECATED,),
        ("Mappings", "mapping"): (CCI, CCI_MAPPED),
        ("Mappings", "mappings_from"): (CCI,),
        ("Mappings", "mappings_to"): (CONTROL,),
        ("Mappings", "mappings_from_with_status"): (CCI, MappingStatus.APPROVED),
        ("Mappings", "mappings_to_with_status"): (CONTROL, MappingStatus.APPROVED),
        ("Mappings", "mapping_by_key"): (f"{CCI}#{CCI_MAPPED}",),
        ("Mappings", "mappings_by_status"): (MappingStatus.RETIRED,),
        ("Mappings", "mappings_of_workflow"): (workflow_key(CURRENT),),
        ("Reviews", "review"): (review.mapping_key, review.review_key),
        ("Reviews", "reviews_of_mapping"): (review.mapping_key,),
        ("Reviews", "reviews_by_reviewer"): (review.reviewer_id,),
        ("Feedbacks", "feedback"): (review.mapping_key, review.reviewer_id),
        ("Feedbacks", "feedback_of_mapping"): (review.mapping_key,),
        ("Feedbacks", "feedback_by_user"): (review.reviewer_id,),
        ("ControlEnrichments", "enrichment"): (CONTROL,),
        ("ControlGuideIndex", "guide"): (CONTROL, "SP-800-53A"),
        ("ControlGuideIndex", "guides_of_control"): (CONTROL,),
        ("ControlGuideIndex", "guides_by_topic"): ("Access Control",),
        ("MappingJobs", "job"): ("job-1",),
        ("MappingJobs", "jobs_by_status"): (JobStatus.DONE,),
        ("MappingJobs", "jobs_of_workflow"): (workflow_key(CURRENT),),
        ("EmbeddingCache", "embedding"): (text, EMBEDDING_MODELS[0]),
        ("EmbeddingCache", "embeddings_of_text"): (text,),
    }
