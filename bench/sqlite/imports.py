"""What an import costs: fresh processes, in turns."""

from __future__ import annotations

import resource
import subprocess
import sys
from dataclasses import dataclass
from statistics import median

PROCESSES = 25

_MODEL = "class Item(BaseModel):\n    id: str\n    count: int = 0\n"
_PROGRAMS = {
    "pydantic": f"from pydantic import BaseModel\n{_MODEL}",
    "trueup": "import trueup\n",
    "declared": "from trueup import Layer, Model as BaseModel, Table\n"
    f"{_MODEL}Layer('bench', target='dynamodb', tables=[Table('items', Item, partition='id')])\n",
    "python": "",
}


@dataclass(frozen=True, slots=True)
class ImportRow:
    """CPU milliseconds, user and system, of a process that ends at once.

    trueup_ms: `import trueup`. pydantic_ms: defining one pydantic model.
    declared_ms: a layer of one Trueup table. python_ms: nothing.
    """

    trueup_ms: float
    pydantic_ms: float
    declared_ms: float
    python_ms: float
    ratio: float


def measure_imports(processes: int = PROCESSES) -> ImportRow:
    """Measure `processes` of each program, after one that writes the byte code."""
    times: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    for _ in range(processes + 1):
        for name, program in _PROGRAMS.items():
            times[name].append(_cpu_ms(program))
    cost = {name: median(spent[1:]) for name, spent in times.items()}
    return ImportRow(
        trueup_ms=round(cost["trueup"], 1),
        pydantic_ms=round(cost["pydantic"], 1),
        declared_ms=round(cost["declared"], 1),
        python_ms=round(cost["python"], 1),
        ratio=round(cost["trueup"] / cost["pydantic"], 3),
    )


def _cpu_ms(program: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000
