"""Jobs of made-up clients, in every state, and the results of those that are done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from trueup import Database, Seed, Table

from .models import Currency, Job, JobResult, JobStatus
from .tables import jobs, results

SEEDED_AT = datetime(2025, 9, 12, 9, tzinfo=UTC)
"""When the first of them was sent."""

CLIENTS = ("client-acme", "client-beta", "client-gamma")
"""Identifiers as API Gateway gives them; nobody has these."""

PRICE = Decimal("0.00001")
"""Of a token of the made-up model, in euro."""

_STATES = (*JobStatus, JobStatus.QUEUED)


def sample_jobs() -> Iterator[Job]:
    """Fifteen jobs, five of each client: two in the queue, and one in each other state."""
    for number in range(len(CLIENTS) * len(_STATES)):
        client, status = CLIENTS[number % len(CLIENTS)], _STATES[number // len(CLIENTS)]
        sent = SEEDED_AT + timedelta(minutes=number)
        yield Job(
            id=uuid5(NAMESPACE_URL, f"https://files.example.com/{number}.pdf"),
            client_id=client,
            status=status,
            pdf_url=f"https://files.example.com/{number}.pdf",
            created_at=sent,
            completed_at=sent + timedelta(seconds=40) if status is JobStatus.COMPLETED else None,
            error_message="the file has no text" if status is JobStatus.FAILED else None,
        )


def sample_results() -> Iterator[JobResult]:
    """A result for each job that is done."""
    done = [job for job in sample_jobs() if job.status is JobStatus.COMPLETED]
    for number, job in enumerate(done):
        yield JobResult(
            id=uuid5(job.id, "result"),
            job_id=job.id,
            extracted_data={
                "invoice": f"2025-{number:04d}",
                "lines": [{"text": "paper", "amount": number + 1}],
            },
            confidence_score=Decimal("0.87") + number * Decimal("0.05"),
            tokens_used=1_800 + number,
            model="reader-2-small",
            cost=(1_800 + number) * PRICE,
            currency=Currency.EUR,
        )


def seed(db: Database, jobs: Table[Job] = jobs, results: Table[JobResult] = results) -> None:
    """Fill both tables, which must be new: jobs that went on do not go back."""
    db.repository(jobs).put_many(sample_jobs())
    db.repository(results).put_many(sample_results())


seeds = (
    Seed("sample", jobs, list(sample_jobs()), stages=("dev", "test", "beta"), only_new=True),
    Seed("sample", results, list(sample_results()), stages=("dev", "test", "beta"), only_new=True),
)
