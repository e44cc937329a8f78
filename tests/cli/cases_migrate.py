"""Transcripts of `trueup migrate`, on SQLite."""

from tests.cli.harness import Case, Python, Write

HIDES = (
    r"(?<=applied )\d{4}-[\s\S]*?in\s+\d+\s+ms",
    r"(?<=noted )\d{4}-[\s\S]*?process\s+\d+",
    r'(?<="at": ")[^"]+',
    r'(?<="by": ")[^"]+',
    r'(?<="duration_ms": )\d+',
)

SETTINGS = Write(
    "pyproject.toml",
    """
[tool.trueup]
stage = "dev"

[tool.trueup.stages.dev]
url = "sqlite:///dev.db"
changes = "versioned"

[tool.trueup.stages.prod]
url = "sqlite:///prod.db"
changes = "versioned"
protect = true
forward_only = "backups are restored by hand"
""",
)
JOBS = Write(
    "migrations/0001_jobs.sql",
    """-- trueup: up
CREATE TABLE jobs (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
-- trueup: down
DROP TABLE jobs;
""",
)
PRIORITY = Write(
    "migrations/0002_priority.sql",
    """-- trueup: up
ALTER TABLE jobs ADD COLUMN priority INTEGER;
-- trueup: down
ALTER TABLE jobs DROP COLUMN priority;
""",
)
WRONG_WAY_DOWN = Write(
    "migrations/0002_priority.sql",
    PRIORITY.text.replace("jobs DROP COLUMN priority", "jobs RENAME COLUMN priority TO p"),
)
PROJECT = (SETTINGS, JOBS, PRIORITY)

CASES = [
    Case(
        "written, proved, applied",
        SETTINGS,
        "trueup migrate status",
        "trueup migrate new 'create jobs'",
        "trueup migrate new 'Créer'",
        "trueup migrate new",
        Write("migrations/0001_create_jobs.sql", JOBS.text),
        "trueup migrate up",
        "trueup migrate verify",
        "trueup migrate verify",
        "trueup migrate up",
        "trueup migrate up",
        "trueup migrate status",
        hides=HIDES,
    ),
    Case(
        "as documents",
        *PROJECT,
        "trueup migrate status --json",
        "trueup migrate verify --json",
        "trueup migrate up --json",
        "trueup migrate status --json",
        "trueup migrate down --json",
        "trueup migrate down 1 --allow-data-loss --json",
        hides=(*HIDES, r'(?<="checksum": ")[^"]+'),
    ),
    Case(
        "undone",
        *PROJECT,
        "trueup migrate verify",
        "trueup migrate up",
        "trueup migrate down",
        "trueup migrate down 0",
        "trueup migrate down 1",
        "trueup migrate down 1 --allow-data-loss",
        "trueup migrate down --to 7",
        "trueup migrate down --to 0 --allow-data-loss",
        hides=HIDES,
    ),
    Case(
        "not proved",
        *PROJECT,
        WRONG_WAY_DOWN,
        "trueup migrate verify",
        "trueup migrate verify --json",
        "trueup migrate up --unproved",
        hides=HIDES,
    ),
    Case(
        "a protected stage that goes forward only",
        *PROJECT,
        "trueup migrate up --stage prod",
        "trueup migrate up --stage prod --unproved",
        "trueup migrate verify --stage prod",
        "trueup migrate up --stage prod",
        "trueup migrate down 1 --stage prod",
        hides=HIDES,
    ),
    Case(
        "a file that was changed, and one that came late",
        *PROJECT,
        "trueup migrate up --unproved",
        Write("migrations/0001_jobs.sql", JOBS.text.replace("NOT NULL", "")),
        Write("migrations/0000_late.sql", JOBS.text.replace("jobs", "late")),
        "trueup migrate status",
        "trueup migrate up",
        "trueup migrate repair",
        "trueup migrate repair 1",
        "trueup migrate repair 1 --accept",
        "trueup migrate repair 1 --forget --accept",
        "trueup migrate up --out-of-order --unproved",
        "trueup migrate status",
        hides=HIDES,
    ),
    Case(
        "a database that exists, with the history of Alembic",
        *PROJECT,
        Python(
            """
import sqlite3
with sqlite3.connect("dev.db") as connection:
    connection.execute("CREATE TABLE jobs (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
    connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.execute("INSERT INTO alembic_version VALUES ('a1b2')")
"""
        ),
        "trueup migrate status",
        "trueup migrate baseline 1",
        "trueup migrate verify",
        "trueup migrate baseline 2",
        "trueup migrate baseline 1",
        "trueup migrate baseline 1",
        "trueup migrate up",
        Write("migrations/0000_late.sql", JOBS.text.replace("jobs", "late")),
        "trueup migrate status",
        hides=HIDES,
    ),
    Case(
        "files of two branches",
        SETTINGS,
        JOBS,
        PRIORITY,
        "trueup migrate verify",
        "trueup migrate up",
        Write("migrations/0002_mine.sql", JOBS.text.replace("jobs", "mine")),
        "trueup migrate status",
        "trueup migrate up",
        "trueup migrate rebase 0002_priority",
        "trueup migrate rebase --json",
        "trueup migrate rebase",
        hides=HIDES,
    ),
    Case(
        "a view in a repeatable file",
        SETTINGS,
        JOBS,
        Write("migrations/repeatable/names.sql", "CREATE VIEW names AS SELECT name FROM jobs;\n"),
        "trueup migrate verify",
        Write(
            "migrations/repeatable/names.sql",
            "DROP VIEW IF EXISTS names;\nCREATE VIEW names AS SELECT name FROM jobs;\n",
        ),
        "trueup migrate verify",
        Write(
            "migrations/0001_jobs.sql",
            JOBS.text.replace("DROP", "DROP VIEW IF EXISTS names;\nDROP"),
        ),
        "trueup migrate verify",
        "trueup migrate status",
        "trueup migrate up",
        "trueup migrate status --json",
        hides=(*HIDES, r"(?<=ran )\d{4}-[\s\S]*?in\s+\d+\s+ms", r'(?<="checksum": ")[^"]+'),
    ),
    Case(
        "many files become one",
        *PROJECT,
        "trueup migrate squash 2",
        "trueup migrate verify",
        "trueup migrate up",
        "trueup migrate squash 2",
        "trueup migrate status",
        "trueup migrate up",
        "trueup migrate status",
        "trueup migrate up --stage prod",
        hides=HIDES,
    ),
    Case(
        "a file that cannot be used, and databases without SQL",
        SETTINGS,
        Write("migrations/0001_jobs.sql", "-- trueup: up\nSELECT 1;\n-- trueup: dwon\n"),
        "trueup migrate status",
        "trueup migrate status --url dynamodb://eu-west-1",
        "trueup migrate status --url sqlite://",
        "trueup migrate fly",
    ),
]
