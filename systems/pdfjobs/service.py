"""What pdfjobs does: clients send files and ask for results, workers take jobs and finish them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from trueup import Database, Table, at

from .models import Cost, Job, JobResult, JobStatus
from .tables import jobs, results

_COSTS = """
select model, currency, count(*) as results, coalesce(sum(tokens_used), 0)::bigint as tokens_used,
  sum(cost) as cost
from job_results join jobs on jobs.id = job_id where client_id = :client_id
group by model, currency order by model, currency
"""


class JobService:
    """The jobs of all clients in one database. A client is told of its own jobs only,
    by the calls that take a `client_id`; the others are those of workers and operators.

    The database refuses, by ConstraintRefused, what no job may become: every step but those from
    queued to processing, and from there to completed or failed.
    """

    def __init__(
        self,
        db: Database,
        jobs: Table[Job] = jobs,
        results: Table[JobResult] = results,
    ) -> None:
        self._db = db
        self._jobs = db.repository(jobs)
        self._results = db.repository(results)
        self._jobs_table, self._results_table = jobs, results

    def submit(self, client_id: str, pdf_url: str) -> Job:
        """Queue a file of a client."""
        written = self._jobs.create(Job(client_id=client_id, pdf_url=pdf_url), returning="new")
        assert written.new is not None
        return written.new

    def find(self, client_id: str, job_id: UUID) -> Job | None:
        """A job of this client; None also if it is another's."""
        job = self._jobs.get(job_id)
        return job if job is not None and job.client_id == client_id else None

    def newest(self, client_id: str, limit: int = 20) -> list[Job]:
        """The jobs of a client, the newest first."""
        return self._jobs.pattern("jobs_of_client", client_id, limit=limit).all()

    def sent_between(self, client_id: str, start: datetime, end: datetime) -> list[Job]:
        """The jobs that a client sent in a span of time, the newest first."""
        window = at(Job.created_at).between(start, end)
        return self._jobs.pattern("jobs_of_client", client_id, sort=window).all()

    def with_status(self, status: JobStatus) -> list[Job]:
        """The jobs of all clients with a status: for operators, never for a client."""
        return self._jobs.pattern("jobs_by_status", status).all()

    def result(self, client_id: str, job_id: UUID) -> JobResult | None:
        """The result of a job of this client; None if there is none yet, or it is another's."""
        if self.find(client_id, job_id) is None:
            return None
        return self._results.pattern("result_of_job", job_id).first()

    def costs(self, client_id: str) -> list[Cost]:
        """What the results of this client took, of each model in each currency."""
        return self._db.fetch(Cost, _COSTS, client_id=client_id)

    def take(self) -> Job | None:
        """The oldest job that waits, which is now in processing; None if none does. Jobs that other
        workers are about to take are passed over."""
        with self._db.session() as session:
            queue = session.repository(self._jobs_table)
            job = queue.pattern("queue", JobStatus.QUEUED, limit=1, lock="skip_locked").first()
            if job is None:
                return None
            begun = at(Job.status).assign(JobStatus.PROCESSING)
            return queue.update(job.id, begun, returning="new").new

    def complete(self, result: JobResult) -> Job:
        """Store the result of a job, and end it; both or neither.

        Raises ConstraintRefused for a job that is not in processing, or that does not exist;
        AlreadyExists for one that has a result.
        """
        with self._db.session() as session:
            session.repository(self._results_table).create(result)
            changed = session.repository(self._jobs_table).update(
                result.job_id,
                at(Job.status).assign(JobStatus.COMPLETED),
                at(Job.completed_at).assign(datetime.now(UTC)),
                returning="new",
            )
        assert changed.new is not None
        return changed.new

    def fail(self, job_id: UUID, reason: str) -> Job:
        """End a job without a result. Raises ConstraintRefused for one that is not in processing,
        NotFound for one that does not exist."""
        changed = self._jobs.update(
            job_id,
            at(Job.status).assign(JobStatus.FAILED),
            at(Job.error_message).assign(reason),
            returning="new",
        )
        assert changed.new is not None
        return changed.new

    def delete(self, client_id: str, job_id: UUID) -> bool:
        """Delete a job of this client, and its result with it. Returns whether there was one."""
        return self.find(client_id, job_id) is not None and bool(self._jobs.delete(job_id).existed)
