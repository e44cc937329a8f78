"""A migration is written from the plan of a stage, and proved."""

from __future__ import annotations

import os

import pytest

from tests.cli.shell import Shell
from tests.migrations.site import Site

pytestmark = pytest.mark.server

TABLES = """
from trueup import Layer, Model, Table
from trueup.relational import Relational


class Job(Model):
    id: int
    name: str{more}


jobs = Table("jobs", Job, partition="id", relational=Relational())
layer = Layer("work", target="postgres", tables=[jobs])
"""


def test_what_the_plan_changes_is_written_proved_and_applied(postgres_site: Site) -> None:
    site = postgres_site
    shell = Shell(site.folder.parent, {"PGPASSWORD": os.environ["PGPASSWORD"]})
    where = f"--url '{site.url}' --layer tables:layer"
    shell.write("tables.py", TABLES.format(more=""))
    for name, more in (("jobs", ""), ("count", "\n    count: int | None = None")):
        shell.write("tables.py", TABLES.format(more=more))
        made = shell.run(f"trueup migrate new {name} --from-plan {where}")
        assert made.code == 0, made.out + made.err
        assert shell.run(f"trueup migrate up {where}").code == 0
        assert shell.run(f"trueup plan {where}").code == 0
    assert [one.name for one in site.files] == ["0001_jobs", "0002_count"]
    again = shell.run(f"trueup migrate new none --from-plan {where}")
    assert "nothing is written" in again.out
    assert site.down(to=0) == ["0002_count", "0001_jobs"]
