"""`python -m systems.pdfjobs.demo`: jobs, their versions, queue and workers, on a PostgreSQL."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import UUID, uuid4

import trueup
from trueup import Repository, TrueupError

from ..answers import ask_all
from ..claims import Claim, Findings, refused
from ..options import Parser
from ..places import EMBEDDED, Place, place_at
from . import tables
from .drill import drill, verified
from .handlers import URL, migrate
from .models import JobResult, JobStatus
from .questions import EXAMPLES
from .seeds import CLIENTS, sample_jobs, seed
from .service import JobService

WORKERS = 4


def main(arguments: list[str] | None = None) -> int:
    """Run the demo. Returns 0 where all claims hold, 2 where one does not, 1 for an error."""
    options = Parser("systems.pdfjobs.demo", __doc__).parse_args(arguments)
    url = options.url or EMBEDDED
    try:
        with place_at(url) as place:
            findings = run(place, has_extensions=url != EMBEDDED)
    except TrueupError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        findings.print_json()
    else:
        findings.print_text("PDF files to read, their queue and its workers")
    return 0 if findings.agrees else 2


def run(place: Place, *, has_extensions: bool = True) -> Findings:
    """Create and fill the tables, ask everything, and let workers empty the queue.

    has_extensions: whether the server has uuid-ossp, which the tables otherwise do without.
    """
    jobs = tables.jobs if has_extensions else tables.plain_jobs
    results = tables.results if has_extensions else tables.plain_results
    layer = tables.layer if has_extensions else tables.plain_layer
    is_ours = has_extensions and place.names == "{table}"  # others hold tables not of the demo
    begun = list(_migrated(place.url)) if is_ours else []
    with trueup.connect(place.url, layer, table_names=place.names) as db:
        for _ in range(3):
            db.create_tables()
        seed(db, jobs, results)
        service = JobService(db, jobs, results)
        answers = ask_all(db, layer, EXAMPLES)
        claims = [*begun, *_refusals(service), *_work(service, db.repository(results))]
    return Findings("pdfjobs", place.engine, answers, claims)


def _migrated(url: str) -> Iterator[Claim]:
    """The drill, then the function of AWS, which finds the database by its variable."""
    yield from drill(url)
    os.environ[URL] = url
    replies = [migrate({}, None) for _ in range(3)]
    is_same = all(reply == replies[0] for reply in replies)
    yield Claim("the function replies the same three times", is_same, str(replies[0]))
    yield verified(url)


def _refusals(service: JobService) -> Iterator[Claim]:
    by_status = {job.status: job for job in sample_jobs()}
    waiting, done = by_status[JobStatus.QUEUED], by_status[JobStatus.COMPLETED]
    begun = by_status[JobStatus.PROCESSING]
    yield refused("a waiting job does not fail", lambda: service.fail(waiting.id, "no reason"))
    yield refused("a job that is done stays so", lambda: service.fail(done.id, "no reason"))
    yield refused("a job has one result", lambda: service.complete(JobResult(job_id=done.id)))
    yield refused("no job, no result", lambda: service.complete(JobResult(job_id=uuid4())))
    yield refused(
        "a confidence is at most 1.00",
        lambda: service.complete(
            JobResult.model_construct(id=uuid4(), job_id=begun.id, confidence_score=Decimal(9))
        ),
    )
    other = next(client for client in CLIENTS if client != done.client_id)
    yield Claim(
        "a client reads no job of another",
        holds=service.find(other, done.id) is None and service.result(other, done.id) is None,
    )


def _work(service: JobService, results: Repository[JobResult]) -> Iterator[Claim]:
    """Let workers take what waits, all at once."""
    waiting = service.with_status(JobStatus.QUEUED)
    with ThreadPoolExecutor(WORKERS) as workers:
        taken = [id for ids in workers.map(_worker, [service] * WORKERS) for id in ids]
    each_once = Counter(taken) == Counter(job.id for job in waiting)
    yield Claim(f"{WORKERS} workers took each waiting job once", each_once, f"{len(taken)} jobs")
    yield Claim("nothing waits any more", not service.with_status(JobStatus.QUEUED))
    done = service.with_status(JobStatus.COMPLETED)[0]
    deleted = service.delete(done.client_id, done.id)
    orphan = results.pattern("result_of_job", done.id).first()
    yield Claim("a result goes with its job", deleted and orphan is None)


def _worker(service: JobService) -> list[UUID]:
    taken = []
    while (job := service.take()) is not None:
        taken.append(job.id)
        service.complete(JobResult(job_id=job.id, tokens_used=1))
    return taken


if __name__ == "__main__":
    sys.exit(main())
