"""The seeds are planted once, and leave alone what went on since."""

from __future__ import annotations

import re

import pytest

from systems.pdfjobs.models import JobStatus
from systems.pdfjobs.seeds import CLIENTS, sample_jobs, sample_results, seeds
from systems.pdfjobs.service import JobService
from systems.pdfjobs.tables import layer
from trueup import Database
from trueup.engines.open_tables import open_tables
from trueup.seeds.plant import Planted, plant


def planted(url: str) -> list[Planted]:
    with open_tables(url, layer) as tables:
        return [plant(tables, seed) for seed in seeds]


@pytest.mark.req("C102")
def test_seeds_fit_their_models_and_name_clients_that_nobody_is() -> None:
    for item in (*sample_jobs(), *sample_results()):
        assert type(item).model_validate(item.model_dump()) == item
    by_id = {job.id: job for job in sample_jobs()}
    assert {job.client_id for job in by_id.values()} == set(CLIENTS)
    assert all(re.fullmatch(r"client-[a-z]+", client) for client in CLIENTS)  # no key of AWS
    done = [job.id for job in by_id.values() if job.status is JobStatus.COMPLETED]
    assert [result.job_id for result in sample_results()] == done


@pytest.mark.req("C55", "C102")
def test_jobs_of_made_up_clients_are_planted_once(db: Database, schema_url: str) -> None:
    first, again = planted(schema_url), planted(schema_url)
    assert [(one.created, one.rejected) for one in first] == [(15, []), (3, [])]
    assert [(one.written, one.unchanged) for one in again] == [(0, 15), (0, 3)]
    service = JobService(db)
    assert [len(service.newest(client)) for client in CLIENTS] == [5, 5, 5]
    assert [service.with_status(status) != [] for status in JobStatus] == [True] * 4


def test_job_that_went_on_is_not_planted_again(db: Database, schema_url: str) -> None:
    planted(schema_url)
    service = JobService(db)
    begun = next(job for job in sample_jobs() if job.status is JobStatus.PROCESSING)
    service.fail(begun.id, "the worker gave up")
    assert [one.written for one in planted(schema_url)] == [0, 0]
    assert service.find(begun.client_id, begun.id) is not None
