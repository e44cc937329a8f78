"""Who runs a command is told to others."""

from __future__ import annotations

import os

import pytest

from trueup.lifecycle.owner import find_owner, new_run_id
from trueup.lifecycle.state.lock import shown_age

GITHUB = {
    "GITHUB_RUN_ID": "17",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_SERVER_URL": "https://github.example",
}


@pytest.mark.parametrize(
    ("environ", "owner"),
    [
        (GITHUB, "https://github.example/acme/shop/actions/runs/17"),
        ({"CI_JOB_URL": "https://gitlab.example/9"}, "https://gitlab.example/9"),
        ({"BUILD_URL": "https://jenkins.example/3"}, "https://jenkins.example/3"),
        (
            {"CI_JOB_URL": "https://u:s3cret@ci.example:8/9?t=s3cret#s3cret"},
            "https://ci.example:8/9",
        ),
        ({"CI_JOB_URL": "u:s3cret@ci.example/9"}, "ci.example/9"),
        (
            {"BUILD_URL": "https://ci.example/a\x1b]0;\n\u202eb"},
            r"https://ci.example/a\x1b]0;\n\u202eb",
        ),
        ({"BUILD_URL": f"https://ci.example/{'a' * 999}"}, f"https://ci.example/{'a' * 281}"),
        (
            GITHUB | {"GITHUB_SERVER_URL": "https://u:s3cret@gh.example"},
            "https://gh.example/acme/shop/actions/runs/17",
        ),
    ],
)
def test_run_of_an_automation_is_named_by_its_page(environ: dict[str, str], owner: str) -> None:
    assert find_owner(environ) == owner


def test_person_is_named_by_machine_and_process() -> None:
    owner = find_owner({})
    assert "@" in owner
    assert owner.endswith(f"process {os.getpid()}")


def test_ids_of_runs_are_in_order_of_time_and_differ() -> None:
    ids = [new_run_id(1_800_000_000 + number / 1000) for number in range(50)]
    assert sorted(ids) == ids
    assert new_run_id(0) != new_run_id(0)
    assert ids[1].startswith("20270115T080000.001-")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-1, "0 s"), (59, "59 s"), (119, "119 s"), (600, "10 min"), (7200, "2 h"), (200_000, "2 d")],
)
def test_age_is_shown_in_the_largest_unit_that_fits_twice(seconds: float, shown: str) -> None:
    assert shown_age(seconds) == shown
