"""Where pdfjobs runs in AWS: functions behind an API with keys, PostgreSQL behind a proxy."""

from __future__ import annotations

from trueup import Function, Infrastructure, RdsPostgres, RestApi, Route, Table, UsagePlan

from .models import Job, JobResult

HANDLERS = "systems.pdfjobs.handlers"
MIGRATE_S = 900
"""The longest that AWS Lambda lets a call last: the time of all migrations of one call."""

INFRASTRUCTURE = Infrastructure(
    api=RestApi(
        "pdfjobs",
        stage="v1",
        description="Send PDF files, and fetch what was read from them",
        rate=100,
        burst=200,
        plans=[
            UsagePlan(
                "trial",
                clients=["client-demo"],
                rate=2,
                burst=4,
                quota=1_000,
                description="For clients that try it",
            ),
            UsagePlan(
                "standard",
                clients=["client-acme", "client-beta"],
                rate=10,
                burst=20,
                quota=100_000,
                description="For clients that pay",
            ),
        ],
    ),
    database=RdsPostgres("16.4", name="pdfjobs", storage_gb=20, most_storage_gb=1000),
)


def functions_of(jobs: Table[Job], results: Table[JobResult]) -> list[Function]:
    """The functions, with all that each does with the tables."""
    return [
        Function(
            "health",
            handler=f"{HANDLERS}:health",
            description="Says that the API answers; it looks at nothing else",
            route=Route("GET", "/", key=False),
            timeout_s=3,
        ),
        Function(
            "submit-job",
            handler=f"{HANDLERS}:submit_job",
            description="Queues a file of a client",
            writes=[jobs.create],
            database=True,
            # Each request makes work that costs tokens: less often than what only reads.
            route=Route("POST", "/jobs", rate=1, burst=2),
        ),
        Function(
            "list-jobs",
            handler=f"{HANDLERS}:list_jobs",
            description="The jobs of a client, the newest first",
            reads=[jobs.pattern("jobs_of_client")],
            database=True,
            route=Route("GET", "/jobs"),
        ),
        Function(
            "get-job",
            handler=f"{HANDLERS}:get_job",
            description="A job of a client, and its result",
            reads=[jobs.get, results.pattern("result_of_job")],
            database=True,
            route=Route("GET", "/jobs/{id}"),
        ),
        Function(
            "db-migrate",
            handler=f"{HANDLERS}:migrate",
            description="Brings the database to its last version; called by hand, by few",
            database=True,
            timeout_s=MIGRATE_S,
        ),
    ]
