"""Two branches: their files are told apart, and those of one are put behind those of the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Result, Shell
from tests.migrations.site import JOBS, UNDO_JOBS, Site
from trueup.errors import Blocked, ErrorCode
from trueup.migrations.branches.rebase import plan_rebase
from trueup.migrations.files import read_branches
from trueup.migrations.proving.proofs import read_proofs
from trueup.migrations.statements import Dialect

BOTH = ("0002_main", "0002_mine")


def table(site: Site, name: str) -> None:
    short = name.partition("_")[2]
    site.write(name, f"CREATE TABLE {short} (id bigint);", f"DROP TABLE {short};")


@pytest.fixture
def branches(sqlite_site: Site) -> Site:
    """0001_jobs, and behind it 0002_main on one branch, 0002_mine and 0003_mine on the other; each
    is proved where it was written."""
    site = sqlite_site
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    table(site, "0002_main")
    site.prove()
    path = site.folder / "proofs.json"
    ours = path.read_text("utf-8")
    (site.folder / "0002_main.sql").unlink()
    table(site, "0002_mine")
    table(site, "0003_more")
    site.prove()
    table(site, "0002_main")
    path.write_text(
        f"<<<<<<< HEAD\n{ours}=======\n{path.read_text('utf-8')}>>>>>>> mine\n", encoding="utf-8"
    )
    return site


def moves(site: Site, applied: dict[str, list[str]], *chosen: str) -> dict[str, str]:
    files = read_branches(site.folder, Dialect.SQLITE)
    found = plan_rebase(files, read_proofs(site.folder), applied, chosen)
    return {one.migration.name: one.name for one in found}


def command(site: Site, line: str) -> Result:
    return Shell(site.folder.parent, {}).run(f"trueup migrate {line} --url '{site.url}'")


def names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.sql"))


def test_files_that_no_stage_has_go_behind_those_that_one_has(branches: Site) -> None:
    applied = {"0001_jobs": ["prod"], "0002_main": ["prod"]}
    assert moves(branches, applied) == {"0002_mine": "0003_mine", "0003_more": "0004_more"}


def test_what_was_proved_after_a_file_moves_with_it(branches: Site) -> None:
    wanted = {"0002_mine": "0003_mine", "0003_more": "0004_more"}
    assert moves(branches, {}, "0002_mine") == wanted
    assert moves(branches, {}, "0002_main") == {"0002_main": "0004_main"}


def test_where_nothing_says_which_was_first_both_are_named_with_what_they_follow(
    branches: Site,
) -> None:
    with pytest.raises(Blocked) as caught:
        moves(branches, {})
    assert "0002_main follows 0001_jobs; 0002_mine follows 0001_jobs" in caught.value.what
    assert caught.value.code is ErrorCode.MIGRATION_HISTORY


def test_what_is_applied_keeps_its_number(branches: Site) -> None:
    with pytest.raises(Blocked, match="0003_more on dev"):
        moves(branches, {"0003_more": ["dev"]}, "0002_mine")
    both = {name: ["dev"] for name in ("0001_jobs", *BOTH)}
    with pytest.raises(Blocked, match="each is applied: 0002_main on dev; 0002_mine on dev"):
        moves(branches, both)


def test_the_command_renames_removes_stale_proofs_and_says_what_to_prove(branches: Site) -> None:
    said = command(branches, "status")
    assert "0002_mine: same-version: its number is that of 0002_main too" in said.out
    assert command(branches, "up").code != 0
    said = command(branches, "rebase 0002_mine")
    assert said.code == 2, said.out + said.err
    assert "0002_mine is 0003_mine now, and follows 0002_main" in said.out
    assert "To prove, by trueup migrate verify: 0003_mine, 0004_more." in said.out
    assert names(branches.folder) == ["0001_jobs", "0002_main", "0003_mine", "0004_more"]
    assert {one.name for one in read_proofs(branches.folder).found} == {"0001_jobs", "0002_main"}
    assert command(branches, "verify").code == 0
    assert branches.up(unproved=False) == ["0001_jobs", "0002_main", "0003_mine", "0004_more"]
    assert command(branches, "rebase").out.startswith("✓ No file has to be renamed.")


def test_every_stage_is_asked_what_it_has(branches: Site) -> None:
    stages = {"beta": "beta.db", "gone": "nowhere/gone.db"}
    text = "".join(
        f'[tool.trueup.stages.{name}]\nurl = "sqlite:///{file}"\nchanges = "versioned"\n'
        for name, file in stages.items()
    )
    (branches.folder.parent / "pyproject.toml").write_text(text, encoding="utf-8")
    away = branches.folder / "0002_main.sql"
    kept = away.read_text("utf-8")
    away.unlink()
    Site(f"sqlite:///{branches.folder.parent / 'beta.db'}", branches.folder).up(to=2)
    away.write_text(kept, encoding="utf-8")
    said = command(branches, "rebase 0002_mine")
    assert (said.code, "0002_mine on beta" in said.err) == (3, True)
    assert command(branches, "rebase").code == 2
    assert names(branches.folder) == ["0001_jobs", "0002_mine", "0003_more", "0004_main"]


@pytest.mark.server
@pytest.mark.case("P46")
def test_a_count_is_refused_where_two_heads_make_it_another_on_another_database(
    site: Site,
) -> None:
    site.write("0001_jobs", JOBS, UNDO_JOBS)
    table(site, "0003_last")
    site.up()
    table(site, "0002_late")
    site.up(out_of_order=True)
    assert site.history()[-1].note == "out of order, after 0003_last"
    with pytest.raises(Blocked, match="two heads, 0002_late and 0003_last") as caught:
        site.down(1)
    assert (caught.value.allowed_by, len(site.history())) == ("--to", 3)
    assert site.down(2) == ["0002_late", "0003_last"]
    site.up(out_of_order=True)
    assert site.down(to=1) == ["0003_last", "0002_late"]
