"""A fresh process that measures one library: `python -m bench.client.worker MODE LIBRARY URL N`.

Prints one line of JSON. MODE is `values` (what its reads give), `calls` (times of N repetitions),
`cold` (one start), `modules` (what has been imported after one) or, of Trueup, `parts`. Imports
nothing before a cold start that a library should pay for.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from typing import Any


def open_library(name: str, url: str) -> Any:
    """The library, imported and opened; those with `aopen` need a loop as well."""
    return import_module(f"bench.client.libraries.{name}").Library(url)


def measure_cold(name: str, url: str) -> dict[str, float]:
    """One start: imports, opening and the first get; Python's own start is not counted."""
    began_ns = time.process_time_ns()
    library = open_library(name, url)
    if hasattr(library, "aopen"):
        import asyncio

        asyncio.run(_first_get(library))
    else:
        library.get()
    spent_us = (time.process_time_ns() - began_ns) / 1000
    from ..memory import peak_memory_bytes  # what it imports is not the library's to pay for

    return {"cpu_us": spent_us, "peak_rss_mb": peak_memory_bytes() / 1024**2}


async def _first_get(library: Any) -> None:
    await library.aopen()
    await library.get()
    await library.aclose()


def main(mode: str, name: str, url: str, repetitions: int) -> Any:
    """What is to be printed."""
    if mode == "cold":
        return measure_cold(name, url)
    if mode == "modules":
        open_library(name, url).get()
        return sorted(sys.modules)
    if mode == "parts":
        from dataclasses import asdict

        from .parts import measure_parts

        return [asdict(parts) for parts in measure_parts(url)]
    from .measuring import measure_calls, read_values

    library = open_library(name, url)
    return read_values(library) if mode == "values" else measure_calls(library, repetitions)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))))
