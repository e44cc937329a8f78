"""The chart: one panel for each operation, one labelled bar for each library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .operations import COLD, LIBRARIES, OPERATIONS

FINGERPRINT = "Results-SHA256"
"""The key of the text in the PNG that names the JSON it was drawn from."""

_COLUMNS = 2
_PANEL_INCHES = (6.4, 3.1)
_DOTS_PER_INCH = 110
_OURS = {"trueup", "trueup_botocore"}


def draw_chart(results: Mapping[str, Any], fingerprint: str, path: Path) -> None:
    """Write the chart as a PNG. fingerprint: the SHA-256 of the JSON, kept in the file."""
    from matplotlib.figure import Figure

    count = -(-len(OPERATIONS) // _COLUMNS)
    width, height = _PANEL_INCHES
    figure = Figure(figsize=(width * _COLUMNS, height * count), layout="constrained")
    panels = figure.subplots(count, _COLUMNS)
    for operation, panel in zip(OPERATIONS, panels.flat, strict=False):
        _draw_panel(panel, operation, results["rows"])
    figure.suptitle("CPU time of the client, median of the rounds: shorter is better")
    figure.savefig(path, dpi=_DOTS_PER_INCH, metadata={FINGERPRINT: fingerprint})


def _draw_panel(panel: Any, operation: str, rows: Sequence[Mapping[str, Any]]) -> None:
    found = {row["library"]: row["cpu_us_median"] for row in rows if row["operation"] == operation}
    names = [library for library in reversed(LIBRARIES) if library in found]
    bars = panel.barh(
        names,
        [found[name] for name in names],
        color=["#1b6ca8" if name in _OURS else "#c9c9c9" for name in names],
        edgecolor="#333333",
        hatch=["//" if name in _OURS else "" for name in names],
    )
    panel.bar_label(bars, [_label(operation, found[name]) for name in names], padding=3)
    panel.set_title(operation)
    panel.set_xticks([])
    panel.margins(x=0.18)
    panel.spines[["top", "right", "bottom"]].set_visible(False)


def _label(operation: str, cpu_us: float) -> str:
    return f"{cpu_us / 1000:,.0f} ms" if operation == COLD else f"{cpu_us:,.0f} us"
