"""The server of the client benchmark, asked by a fresh process that measures Trueup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.client.check import check_library, expected_values
from bench.client.operations import OPERATIONS, READS
from bench.client.processes import Failed, Processes
from bench.client.serving import serving


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    folder = tmp_path_factory.mktemp("served")
    with serving(folder) as served:
        yield Processes(served, folder)


def test_trueup_reads_what_is_canned(processes: Processes) -> None:
    found = processes.run("values", "trueup")
    assert set(found) == set(READS)
    check_library("trueup", found, expected_values())


def test_trueup_is_measured_in_every_operation(processes: Processes) -> None:
    times = processes.run("calls", "trueup")
    assert {*times, "cold_first_get"} == set(OPERATIONS)
    assert all(one > 0 for repetitions in times.values() for one in repetitions)


def test_a_cold_start_tells_its_memory(processes: Processes) -> None:
    ours = b"x" * 200_000_000  # the memory of the process that starts it does not count
    cold = processes.run("cold", "trueup")
    assert cold["cpu_us"] > 0
    assert 10 < cold["peak_rss_mb"] < len(ours) / 1e6


def test_the_parts_of_a_call_are_measured(processes: Processes) -> None:
    parts = processes.run("parts", "trueup")
    assert {one["operation"] for one in parts} < set(OPERATIONS)
    assert all(one["wire_paused_us"] > one["request_us"] > 0 for one in parts[:1])


def test_a_process_that_fails_says_why(processes: Processes) -> None:
    with pytest.raises(Failed, match="no_such_library failed"):
        processes.run("cold", "no_such_library")


def test_the_server_ends_with_its_block(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        processes = Processes(served, tmp_path)
    with pytest.raises(Failed, match="could not be reached"):
        processes.run("cold", "trueup")
