"""Where domainflow runs in AWS: PostgreSQL behind a proxy, and the function that initialises it."""

from __future__ import annotations

from trueup import Function, Infrastructure, RdsPostgres

INFRASTRUCTURE = Infrastructure(
    database=RdsPostgres(name="domainflow"),
    overrides={
        # Each record of the log is a line of JSON, with the fields that `initialise.py` gives it.
        "DbInitFunction": {
            "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "INFO"},
        }
    },
)

INITIALISE = Function(
    "db-init",
    handler="systems.domainflow.handlers:initialise",
    description="Creates what the database lacks, PostGIS included; called by hand",
    database=True,
    timeout_s=300,
)
