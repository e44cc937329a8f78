"""What an open database tells of itself, as lines that CloudWatch makes metrics of."""

from __future__ import annotations

from .metrics import MetricsLog

__all__ = ["MetricsLog"]
