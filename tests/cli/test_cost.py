"""`trueup --help` is cheap: it loads the command tree, and nothing that a command needs."""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median

import pytest

from tests.cli.forks import SOURCE

RUNS = 20
MOST = 10
HEAVY = ("rich", "trueup.model", "trueup.engines", "trueup.schema", "trueup.configuration")
LOADED = """
import sys
from trueup.cli.main import main
code = main([{arguments}])
print(code, *(name for name in {heavy} if name in sys.modules))
"""


def environ() -> dict[str, str]:
    return {"PATH": os.defpath, "PYTHONPATH": SOURCE, "LANG": "C.UTF-8"}


def cpu_s(*arguments: str) -> float:
    """The time of the processor that Python spends on this, in seconds."""
    process = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, env=environ()
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_utime + used.ru_stime


def test_help_costs_at_most_ten_times_bare_python() -> None:
    costs = {"help": [0.0] * 0, "bare": [0.0] * 0}
    for _ in range(RUNS):  # in turns, so that both meet the same load
        costs["bare"].append(cpu_s("-c", "pass"))
        costs["help"].append(cpu_s("-m", "trueup", "--help"))
    ratio = median(costs["help"]) / median(costs["bare"])
    print(f"trueup --help costs {ratio:.1f} times bare Python")
    assert ratio <= MOST


@pytest.mark.parametrize(
    ("arguments", "code", "heavy"),
    [("'--help'", 0, (*HEAVY, "pydantic")), ("'int'", 1, HEAVY)],  # typer checks values by pydantic
)
def test_command_tree_loads_nothing_that_only_commands_need(
    arguments: str, code: int, heavy: tuple[str, ...]
) -> None:
    script = LOADED.format(arguments=arguments, heavy=heavy)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environ()
    )
    assert done.stdout.splitlines()[-1] == str(code)
