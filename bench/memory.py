"""The most memory that this process ever had resident."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_memory_bytes() -> int:
    """On Linux from /proc: what getrusage says begins with the memory of the process that started
    this one.

    Source: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html (VmHWM)
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (one for one in status.read_text().splitlines() if one.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
