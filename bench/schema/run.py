"""One run: measure, print, and write `schema.json` and the page that is made from it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from unittest.mock import patch

import psycopg

from trueup.testing.postgres import running_postgres

from .measure import ROUNDS, SIZES, measure
from .report import make_results, render_page


def run(output: Path, *, quick: bool) -> None:
    """Measure, and write the results to `output`."""
    with running_postgres() as server, patch.dict(os.environ, PGPASSWORD=server.password):
        with psycopg.connect(server.as_superuser()) as connection:
            major = connection.info.server_version // 10_000
        rounds = 1 if quick else ROUNDS
        rows = [row for tables in SIZES for row in measure(server, tables, rounds)]
    for row in rows:
        print(f"{row.tables:4} tables, {row.way:16} {row.ms:9.1f} ms")
    results = make_results(rows, major)
    output.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, indent=2) + "\n"
    (output / "schema.json").write_text(text, encoding="utf-8")
    (output / "schema.md").write_text(render_page(results), encoding="utf-8")
