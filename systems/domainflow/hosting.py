"""Where domainflow runs in AWS: PostgreSQL behind a proxy, and the function that initialises it."""

from __future__ import annotations

from trueup import Function, Infrastructure, RdsPostgres

INFRASTRUCTURE = Infrastructure(database=RdsPostgres(name="domainflow"))

INITIALISE = Function(
    "db-init",
    handler="systems.domainflow.handlers:initialise",
    description="Creates what the database lacks, PostGIS included; called by hand",
    database=True,
    timeout_s=300,
)
