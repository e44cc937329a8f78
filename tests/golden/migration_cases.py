"""Migrations that are refused, or whose statements are."""

from __future__ import annotations

from tests.golden.stage import Stage
from tests.migrations.site import JOBS, UNDO_JOBS, Site


def _site(stage: Stage) -> Site:
    site = Site(f"sqlite:///{stage.folder}/site.db", stage.folder / "migrations")
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    return site


def migration_that_cannot_be_used(stage: Stage) -> object:
    site = _site(stage)
    site.write("0002_more", "SELECT 1;", None)
    return site.up()


def migration_that_was_never_proved(stage: Stage) -> object:
    return _site(stage).up(unproved=False)


def migration_that_was_changed_after_it_ran(stage: Stage) -> object:
    site = _site(stage)
    site.up()
    site.write("0001_jobs", JOBS.replace("name", "title"), UNDO_JOBS)
    return site.up()


def migration_that_loses_rows(stage: Stage) -> object:
    site = _site(stage)
    site.write("0002_none", "-- trueup: loses old jobs\nDELETE FROM jobs;")
    site.prove()
    return site.up(unproved=False, data_loss=False)


def statement_that_may_have_run(stage: Stage) -> object:
    site = _site(stage)
    site.write("0002_more", "-- trueup: no-transaction\nINSERT INTO jobs VALUES (1, 'a', 'b');")
    site.up()
    site.execute(
        "UPDATE trueup_migrations SET state = 'applying', is_outside = 1, statements = 0"
        " WHERE version = 2"
    )
    return site.up()


def stage_that_goes_forward_only(stage: Stage) -> object:
    site = _site(stage)
    site.up()
    return site.down(1, forward_only="backups are restored by hand")


def statement_that_is_wrong(stage: Stage) -> object:
    site = _site(stage)
    site.write("0002_more", "SELECT 1;\nINSERT INTO nowhere VALUES (1);")
    return site.up()
