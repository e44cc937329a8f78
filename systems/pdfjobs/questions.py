"""An example of every access pattern: what each is asked in the demo and in the tests."""

from __future__ import annotations

from ..answers import Examples
from .models import JobStatus
from .seeds import CLIENTS, sample_jobs

_DONE = next(job for job in sample_jobs() if job.status is JobStatus.COMPLETED)

EXAMPLES: Examples = {
    ("jobs", "job"): (_DONE.id,),
    ("jobs", "jobs_by_status"): (JobStatus.PROCESSING,),
    ("jobs", "queue"): (JobStatus.QUEUED,),
    ("jobs", "jobs_of_client"): (CLIENTS[0],),
    ("job_results", "result_of_job"): (_DONE.id,),
}
