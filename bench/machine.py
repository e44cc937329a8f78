"""What is told of the machine: no path, no host name."""

from __future__ import annotations

import os
import platform
from typing import Any


def describe_machine() -> dict[str, Any]:
    """System, processor and cores."""
    return {
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "processor": platform.machine(),
        "cores": os.cpu_count(),
    }
