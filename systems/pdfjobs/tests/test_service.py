"""What clients and workers see, and what the database refuses."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from systems.pdfjobs.models import Currency, Job, JobResult, JobStatus
from systems.pdfjobs.service import JobService
from systems.pdfjobs.tables import jobs, results
from trueup import AlreadyExists, ConstraintRefused, Database, InvalidCall, NotFound, at

Sql = psycopg.Connection[Any]
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
URL = "https://files.example.com/invoice.pdf"


@pytest.fixture
def begin(db: Database) -> Callable[[Job], Job]:
    """Puts a job into processing."""

    def move(job: Job) -> Job:
        changed = db.repository(jobs).update(
            job.id, at(Job.status).assign(JobStatus.PROCESSING), returning="new"
        )
        assert changed.new is not None
        return changed.new

    return move


def sent_at(db: Database, client_id: str, *hours: int) -> list[Job]:
    """Jobs that were sent that many hours after noon."""
    made = [
        Job(client_id=client_id, pdf_url=URL, created_at=NOON + timedelta(hours=hour))
        for hour in hours
    ]
    db.repository(jobs).put_many(made)
    return made


def ids(found: list[Job]) -> list[UUID]:
    return [job.id for job in found]


@pytest.mark.req("C47", "C49")
def test_job_of_a_client_begins_in_the_queue(service: JobService) -> None:
    job = service.submit("acme", URL)
    assert (job.client_id, job.status, job.pdf_url) == ("acme", JobStatus.QUEUED, URL)
    assert job.created_at is not None
    assert job.created_at == job.updated_at
    assert (job.completed_at, job.error_message) == (None, None)
    assert service.find("acme", job.id) == job


@pytest.mark.req("C50", "C97")
def test_jobs_are_created_read_updated_and_deleted(db: Database) -> None:
    repo = db.repository(jobs)
    made = repo.create(Job(client_id="acme", pdf_url=URL), returning="new").new
    assert made is not None
    assert repo.get(made.id) == made
    repo.update(made.id, at(Job.pdf_url).assign("https://files.example.com/other.pdf"))
    changed = repo.get(made.id)
    assert changed is not None
    assert changed.pdf_url == "https://files.example.com/other.pdf"
    assert repo.delete(made.id).existed
    assert repo.get(made.id) is None


@pytest.mark.req("C50")
def test_results_are_created_read_updated_and_deleted(db: Database, service: JobService) -> None:
    job = service.submit("acme", URL)
    repo = db.repository(results)
    made = repo.create(JobResult(job_id=job.id, tokens_used=7), returning="new").new
    assert made is not None
    assert repo.get(made.id) == made
    repo.update(made.id, at(JobResult.tokens_used).assign(8))
    changed = repo.get(made.id)
    assert changed is not None
    assert changed.tokens_used == 8
    assert repo.delete(made.id).existed
    assert repo.get(made.id) is None


@pytest.mark.req("C119")
def test_jobs_are_listed_by_status(service: JobService, begin: Callable[[Job], Job]) -> None:
    waiting, begun = service.submit("acme", URL), begin(service.submit("beta", URL))
    assert service.with_status(JobStatus.QUEUED) == [waiting]
    assert service.with_status(JobStatus.PROCESSING) == [begun]
    assert service.with_status(JobStatus.FAILED) == []


@pytest.mark.req("C120")
def test_jobs_of_a_client_are_listed_the_newest_first(db: Database, service: JobService) -> None:
    second, first, third = sent_at(db, "acme", 2, 1, 3)
    sent_at(db, "beta", 4)
    assert ids(service.newest("acme")) == [third.id, second.id, first.id]
    assert ids(service.newest("acme", limit=2)) == [third.id, second.id]


@pytest.mark.req("C121")
def test_jobs_of_a_span_of_time_are_listed(db: Database, service: JobService) -> None:
    _, first, second, _ = sent_at(db, "acme", 1, 2, 3, 4)
    [other] = sent_at(db, "beta", 2)
    start, end = NOON + timedelta(hours=2), NOON + timedelta(hours=3)
    assert ids(service.sent_between("acme", start, end)) == [second.id, first.id]
    window = at(Job.created_at).between(start, end)
    found = db.repository(jobs).scan(filter=window).all()
    assert set(ids(found)) == {first.id, second.id, other.id}


@pytest.mark.req("C122")
def test_result_is_found_by_its_job(service: JobService, begin: Callable[[Job], Job]) -> None:
    job = begin(service.submit("acme", URL))
    assert service.result("acme", job.id) is None
    service.complete(JobResult(job_id=job.id, tokens_used=7))
    found = service.result("acme", job.id)
    assert found is not None
    assert (found.job_id, found.tokens_used) == (job.id, 7)
    assert found.created_at is not None


ALLOWED = {("queued", "processing"), ("processing", "completed"), ("processing", "failed")}
STEPS = [(one, other) for one in JobStatus for other in JobStatus if one != other]


@pytest.mark.req("C123")
@pytest.mark.parametrize(("before", "after"), STEPS)
def test_job_goes_through_its_states_in_one_way(
    db: Database, before: JobStatus, after: JobStatus
) -> None:
    repo = db.repository(jobs)
    job = Job(client_id="acme", pdf_url=URL, status=before, completed_at=NOON, error_message="no")
    repo.put(job)
    if (before, after) in ALLOWED:
        repo.update(job.id, at(Job.status).assign(after))
        return
    with pytest.raises(ConstraintRefused) as refused:
        repo.update(job.id, at(Job.status).assign(after))
    assert refused.value.constraint == "trigger_jobs_status"


@pytest.mark.req("C124", "CT6")
def test_completed_job_says_when(service: JobService, begin: Callable[[Job], Job]) -> None:
    job = begin(service.submit("acme", URL))
    done = service.complete(JobResult(job_id=job.id))
    assert done.status is JobStatus.COMPLETED
    assert done.completed_at is not None


@pytest.mark.req("CT6")
def test_job_is_not_completed_without_saying_when(
    db: Database, service: JobService, begin: Callable[[Job], Job]
) -> None:
    job = begin(service.submit("acme", URL))
    with pytest.raises(ConstraintRefused) as refused:
        db.repository(jobs).update(job.id, at(Job.status).assign(JobStatus.COMPLETED))
    assert refused.value.constraint == "jobs_completed_has_time"


@pytest.mark.req("C125")
def test_failed_job_says_why(service: JobService, begin: Callable[[Job], Job]) -> None:
    job = begin(service.submit("acme", URL))
    failed = service.fail(job.id, "the file has no text")
    assert (failed.status, failed.error_message) == (JobStatus.FAILED, "the file has no text")
    assert failed.completed_at is None


def test_job_does_not_fail_without_saying_why(
    db: Database, service: JobService, begin: Callable[[Job], Job]
) -> None:
    job = begin(service.submit("acme", URL))
    with pytest.raises(ConstraintRefused) as refused:
        db.repository(jobs).update(job.id, at(Job.status).assign(JobStatus.FAILED))
    assert refused.value.constraint == "jobs_failed_has_reason"


@pytest.mark.req("C126", "C20")
def test_second_result_of_a_job_is_refused(
    db: Database, service: JobService, begin: Callable[[Job], Job]
) -> None:
    job = begin(service.submit("acme", URL))
    service.complete(JobResult(job_id=job.id, tokens_used=1))
    with pytest.raises(AlreadyExists):
        db.repository(results).create(JobResult(job_id=job.id, tokens_used=2))
    assert [one.tokens_used for one in db.repository(results).scan()] == [1]


@pytest.mark.req("C127", "C35")
def test_result_of_no_job_is_refused(db: Database, service: JobService) -> None:
    with pytest.raises(ConstraintRefused) as refused:
        service.complete(JobResult(job_id=uuid4()))
    assert refused.value.constraint == "job_results_job_id_fkey"
    assert db.repository(results).scan().all() == []


def test_result_and_end_of_a_job_are_stored_together(db: Database, service: JobService) -> None:
    job = service.submit("acme", URL)  # no worker took it
    with pytest.raises(ConstraintRefused):
        service.complete(JobResult(job_id=job.id))
    assert db.repository(results).scan().all() == []
    with pytest.raises(ConstraintRefused):
        service.fail(job.id, "no reason")
    with pytest.raises(NotFound):
        service.fail(uuid4(), "no job")


@pytest.mark.req("C128", "C30", "C36", "C16")
def test_every_update_moves_updated_at(service: JobService, db: Database, sql: Sql) -> None:
    job = service.submit("acme", URL)
    assert job.updated_at is not None
    ours = db.repository(jobs).update(job.id, at(Job.pdf_url).assign(URL), returning="new").new
    assert ours is not None
    assert ours.updated_at is not None
    assert ours.updated_at > job.updated_at
    sql.execute("UPDATE jobs SET updated_at = %s", (NOON,))
    theirs = service.find("acme", job.id)
    assert theirs is not None
    assert theirs.updated_at is not None
    assert theirs.updated_at > ours.updated_at
    assert theirs.created_at == job.created_at


NESTED = {
    "total": 18.25,
    "lines": [{"text": "paper", "amount": 2}, {"text": "ink", "paid": False, "note": None}],
    "vat": {"rate": "0.21", "of": {"country": "NL"}},
    "a.b": "dots and $ signs in names",
    "": [],
}


@pytest.mark.req("C129", "C48", "C21")
def test_extracted_data_comes_back_as_it_was_nested(db: Database, service: JobService) -> None:
    job = service.submit("acme", URL)
    repo = db.repository(results)
    stored = repo.put(JobResult(job_id=job.id, extracted_data=NESTED), returning="new").new
    assert stored is not None
    assert stored.extracted_data == NESTED
    found = repo.get(stored.id)
    assert found is not None
    assert found.extracted_data == NESTED


@pytest.mark.req("C130", "C22", "CT2")
@pytest.mark.parametrize("score", ["-0.01", "1.01", "9.99", "-9.99"])
def test_confidence_outside_of_0_to_1_is_refused(
    db: Database, service: JobService, sql: Sql, score: str
) -> None:
    job = service.submit("acme", URL)
    result = JobResult(job_id=job.id).model_copy(update={"confidence_score": Decimal(score)})
    with pytest.raises((ConstraintRefused, InvalidCall)):
        db.repository(results).put(result)
    with pytest.raises(psycopg.errors.CheckViolation):
        sql.execute(
            "INSERT INTO job_results (job_id, confidence_score) VALUES (%s, %s)", (job.id, score)
        )


@pytest.mark.req("C22")
@pytest.mark.parametrize("score", ["0", "0.00", "0.37", "1", "1.00"])
def test_confidence_from_0_to_1_is_stored(db: Database, service: JobService, score: str) -> None:
    job = service.submit("acme", URL)
    repo = db.repository(results)
    repo.put(JobResult(job_id=job.id, confidence_score=Decimal(score)))
    assert [one.confidence_score for one in repo.scan()] == [Decimal(score)]


@pytest.mark.req("C131")
def test_client_reads_no_job_of_another(service: JobService, begin: Callable[[Job], Job]) -> None:
    theirs = begin(service.submit("beta", URL))
    service.complete(JobResult(job_id=theirs.id, tokens_used=7))
    assert service.find("acme", theirs.id) is None
    assert service.result("acme", theirs.id) is None
    assert service.newest("acme") == []
    year = timedelta(days=365)
    now = datetime.now(UTC)
    assert service.sent_between("acme", now - year, now + year) == []
    assert service.costs("acme") == []
    assert not service.delete("acme", theirs.id)
    assert service.find("beta", theirs.id) is not None
    [cost] = service.costs("beta")
    assert (cost.results, cost.tokens_used, cost.cost) == (1, 7, None)


@pytest.mark.req("C131")
def test_calls_of_clients_say_whose_jobs_they_are_for(service: JobService) -> None:
    """The others are those of workers and operators: they give the jobs of all clients."""
    calls = dict(inspect.getmembers(service, inspect.ismethod))
    without_client = {
        name
        for name, call in calls.items()
        if not name.startswith("_") and "client_id" not in inspect.signature(call).parameters
    }
    assert without_client == {"with_status", "take", "complete", "fail"}
    submitted = [service.submit(client, URL) for client in ("acme", "beta")]
    assert {job.id for job in service.with_status(JobStatus.QUEUED)} == {*ids(submitted)}


@pytest.mark.req("CT5")
def test_result_goes_with_its_job(
    db: Database, service: JobService, begin: Callable[[Job], Job]
) -> None:
    job = begin(service.submit("acme", URL))
    service.complete(JobResult(job_id=job.id))
    assert service.delete("acme", job.id)
    assert db.repository(results).scan().all() == []


@pytest.mark.req("C13")
def test_other_programs_get_the_same_values(sql: Sql, service: JobService) -> None:
    [(made,)] = sql.execute(
        "INSERT INTO jobs (client_id, pdf_url) VALUES ('acme', 'x') RETURNING id"
    ).fetchall()
    job = service.find("acme", made)
    assert job is not None
    assert job.status is JobStatus.QUEUED
    assert job.created_at is not None


def test_worker_takes_the_oldest_job_that_waits(db: Database, service: JobService) -> None:
    second, first = sent_at(db, "acme", 2, 1)
    taken = [service.take(), service.take(), service.take()]
    assert [job and (job.id, job.status) for job in taken] == [
        (first.id, JobStatus.PROCESSING),
        (second.id, JobStatus.PROCESSING),
        None,
    ]


def test_workers_at_once_take_each_job_once(db: Database, service: JobService) -> None:
    made = sent_at(db, "acme", *range(40))
    with ThreadPoolExecutor(8) as workers:
        taken = list(workers.map(lambda _: service.take(), made))
    assert Counter(job and job.id for job in taken) == Counter(ids(made))
    assert service.take() is None


def test_job_that_another_worker_is_about_to_take_is_passed_over(
    db: Database, service: JobService
) -> None:
    first, second = sent_at(db, "acme", 1, 2)
    with db.session() as session:  # of the other worker, which then gives up
        queue = session.repository(jobs)
        held = queue.pattern("queue", JobStatus.QUEUED, limit=1, lock="skip_locked").all()
        taken = [service.take(), service.take()]
    assert ids(held) == [first.id]
    assert [job and job.id for job in taken] == [second.id, None]
    again = service.take()
    assert again is not None
    assert again.id == first.id


@pytest.mark.req("CT1")
def test_costs_are_added_up_by_model_and_currency(
    service: JobService, begin: Callable[[Job], Job]
) -> None:
    """What a token cost then is what is counted; a later price changes nothing."""
    spent = [("small", "EUR", 10, "0.01"), ("small", "EUR", 20, "0.02"), ("large", "USD", 5, "1")]
    for model, currency, tokens, cost in spent:
        job = begin(service.submit("acme", URL))
        service.complete(
            JobResult(
                job_id=job.id,
                tokens_used=tokens,
                model=model,
                cost=Decimal(cost),
                currency=Currency(currency),
            )
        )
    assert [
        (one.model, one.currency, one.results, one.tokens_used, one.cost)
        for one in service.costs("acme")
    ] == [("large", "USD", 1, 5, Decimal(1)), ("small", "EUR", 2, 30, Decimal("0.03"))]


@pytest.mark.req("CT1")
@pytest.mark.parametrize(
    "given", [{"cost": Decimal(1)}, {"currency": Currency.EUR}], ids=["a cost", "a currency"]
)
def test_cost_has_a_currency(
    service: JobService, begin: Callable[[Job], Job], given: dict[str, Any]
) -> None:
    job = begin(service.submit("acme", URL))
    with pytest.raises(ConstraintRefused) as refused:
        service.complete(JobResult(job_id=job.id).model_copy(update=given))
    assert refused.value.constraint == "job_results_cost_has_currency"
