"""`trueup check` finds nothing in the systems but what their declarations accept, with reasons."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from systems.pdfjobs.tables import jobs
from systems.pdfjobs.tables import layer as pdfjobs

LAYERS = {
    "domainflow": "systems.domainflow.tables:layer",
    "pdfjobs": "systems.pdfjobs.tables:layer",
    "nexus": "systems.nexus.tables:layer",
    "iops": "systems.iops.models:layer",
}


@cache
def checked(reference: str) -> tuple[int, Any]:
    """The exit code of the command, and its document."""
    command = [sys.executable, "-m", "trueup", "check", "--json", "--layer", reference]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout)


def accepted(system: str, code: str) -> list[str]:
    """What is found by a code, and accepted."""
    _, document = checked(LAYERS[system])
    return [one["what"] for one in document["problems"] if one["code"] == code and one["accepted"]]


@pytest.mark.parametrize("system", LAYERS)
def test_system_is_clean_or_says_why_not(system: str) -> None:
    code, document = checked(LAYERS[system])
    assert (code, document["notes"]) == (0, [])
    assert [one["what"] for one in document["problems"] if not one["accepted"]] == []


@pytest.mark.req("DT6")
def test_members_of_teams_are_a_list_without_references() -> None:
    assert accepted("domainflow", "D106") == ["members of teams is a list of identifiers"]


@pytest.mark.req("DT8")
def test_index_of_tenants_repeats_and_index_of_enabled_is_over_two_values() -> None:
    assert (
        "the index idx_agents_tenant of agent_definitions repeats the beginning of the index "
        "idx_agents_tenant_class" in accepted("domainflow", "D101")
    )
    assert accepted("domainflow", "D102") == [
        "the index idx_agents_enabled of agent_definitions is over enabled, of 2 values"
    ]


@pytest.mark.req("CT3")
def test_index_of_results_repeats_the_constraint() -> None:
    assert (
        "the index idx_job_results_job_id of job_results repeats the beginning of the constraint "
        "over job_id" in accepted("pdfjobs", "D101")
    )


@pytest.mark.req("CT9")
def test_index_of_status_is_over_few_values_and_the_queue_has_another() -> None:
    assert accepted("pdfjobs", "D102") == [
        "the index idx_jobs_status of jobs is over status, of 4 values"
    ]
    described = pdfjobs.describe(jobs)
    index = described.index(described.patterns["queue"].index)
    assert index is not None
    assert [one.attribute for one in index.attributes] == ["status", "created_at"]
