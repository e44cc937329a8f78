"""The connections of this process as the server sees them: others may test on the same server."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

_OWN = "pg_stat_activity WHERE application_name = 'trueup' AND client_port = ANY(%s)"
_WAITING = f"{_OWN} AND wait_event_type = 'Lock'"


def count_own(connection: psycopg.Connection[Any]) -> int:
    """How many connections there are to databases."""
    return len(_asked(connection, f"SELECT FROM {_OWN}"))


def end_own(connection: psycopg.Connection[Any], process: int | None = None) -> bool:
    """End them all, or those of another process; whether there was one."""
    return bool(_asked(connection, f"SELECT pg_terminate_backend(pid) FROM {_OWN}", process))


def waits(connection: psycopg.Connection[Any]) -> bool:
    """Whether one waits for a lock."""
    return bool(_asked(connection, f"SELECT FROM {_WAITING}"))


def end_waiting(connection: psycopg.Connection[Any]) -> None:
    """End those that wait for a lock."""
    _asked(connection, f"SELECT pg_terminate_backend(pid) FROM {_WAITING}")


def _asked(
    connection: psycopg.Connection[Any], statement: str, process: int | None = None
) -> list[Any]:
    return connection.execute(statement.encode(), [_ports(process or os.getpid())]).fetchall()


def _ports(process: int) -> list[int]:
    """Source: https://docs.kernel.org/networking/proc_net_tcp.html"""
    opened = set()
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):  # that of the folder itself is closed by now
            opened.add(descriptor.readlink().name)
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [int(row[1].split(":")[1], 16) for row in rows if f"socket:[{row[9]}]" in opened]
