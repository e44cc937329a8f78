"""Transcripts of `trueup check`."""

from tests.cli.harness import Case, Write

PROJECT = Write("pyproject.toml", '[tool.trueup]\nlayer = "tables:layer"\n')
TABLES = """\
from typing import Literal

from trueup import AccessPattern, Index, Layer, Model, Table, WholeSeconds


class Reading(Model):
    sensor: str
    at: WholeSeconds
    kind: Literal["heat", "light"]


readings = Table(
    "Readings",
    Reading,
    partition="sensor",
    sort="at",
    indexes=[Index("ByKind", partition="kind")],
    patterns=[AccessPattern("of_kind", index="ByKind")],
)
layer = Layer("house", target="dynamodb", tables=[readings])
"""
MENDED = TABLES.replace("WholeSeconds\n", "WholeSeconds\nfrom datetime import datetime\n", 1)
MENDED = MENDED.replace("at: WholeSeconds", "at: datetime").replace(
    'partition="kind"', 'partition="kind", shards=8'
)
ACCEPTED = TABLES.replace("readings =", "# trueup: accept D002, one reading a minute\nreadings =")
ACCEPTS = Write("pyproject.toml", PROJECT.text + '[tool.trueup.check.accept]\n"D001" = "few"\n')

CASES = [
    Case(
        "mistakes in declarations",
        PROJECT,
        Write("tables.py", TABLES),
        "trueup check",
        "trueup check --json",
        "trueup check --fail-on critical",
    ),
    Case("no mistakes", PROJECT, Write("tables.py", MENDED), "trueup check"),
    Case(
        "accepted mistakes",
        ACCEPTS,
        Write("tables.py", ACCEPTED),
        "trueup check",
        "trueup check --all",
        "trueup check --json",
    ),
    Case(
        "acceptances that are wrong",
        Write(
            "pyproject.toml",
            PROJECT.text + '[tool.trueup.check.accept]\n"D001 Orders" = "it has few"\n',
        ),
        Write("tables.py", TABLES.replace("readings =", "# trueup: accept D002\nreadings =")),
        "trueup check",
    ),
    Case(
        "an acceptance without a reason",
        Write("pyproject.toml", PROJECT.text + '[tool.trueup.check.accept]\n"D001" = " "\n'),
        Write("tables.py", TABLES),
        "trueup check",
    ),
]
