"""A small project for transcripts of plan, apply and diff, and what differs from run to run."""

from __future__ import annotations

from tests.cli.harness import Python, Write

HIDES = (
    r"(?<=Plan )[0-9a-f]{16}",
    r"(?<=plan )[0-9a-f]{16}",
    r'(?<="id": ")[0-9a-f]{16}',
    r'(?<="plan_id": ")[0-9a-f]{16}',
    r'(?<="fingerprint": ")\w+',
    r",\s(?:2>\s+)?then drop",
    r"(?<=trueup-)\d{8}T\d{6}",
    r"\d{8}T\d{6}\.\d{3}-[0-9a-f]{8}",
    r"root@\S+ process \d+",
)

PROJECT = Write(
    "pyproject.toml",
    """[tool.trueup]
layer = "tables:layer"
stage = "dev"

[tool.trueup.stages.dev]
url = "sqlite:///dev.db"

[tool.trueup.stages.next]
url = "sqlite:///dev.db"

[tool.trueup.stages.prod]
url = "sqlite:///prod.db"
protect = true

[tool.trueup.stages.old]
url = "sqlite:///old.db"
changes = "versioned"
""",
)


def tables(*declared: str, index: bool = True, key: str = "id", renamed_from: str = "") -> Write:
    """The layer. declared: names of tables; the first has an index, unless `index` says no, and
    may have another name than before."""
    renamed = f", renamed_from='{renamed_from}'" if renamed_from else ""
    lines = [
        "from trueup import Index, Layer, Model, Table",
        "class Order(Model):",
        "    id: str",
        "    status: str",
        "by_status = [Index('ByStatus', partition='status')]" if index else "by_status = []",
        "tables = [",
        *(
            f"    Table('{name}', Order, partition='{key}'"
            + (f", indexes=by_status{renamed})," if not number else "),")
            for number, name in enumerate(declared)
        ),
        "]",
        "layer = Layer('shop', target='dynamodb', tables=tables)",
    ]
    return Write("tables.py", "\n".join(lines) + "\n")


CREATED_BY_CODE = Python(
    """
import sys
sys.path.insert(0, ".")
from trueup.configuration import open_stage
with open_stage("dev") as db:
    db.create_tables()
"""
)
INDEX_DROPPED = Python(
    """
import sqlite3
with sqlite3.connect("dev.db") as file:
    file.execute('DROP INDEX "Orders.ByStatus"')
"""
)
HELD = Python(
    """
import sys
sys.path.insert(0, ".")
import tables
from trueup.engines.open_tables import open_tables
from trueup.lifecycle.clocks import Clocks
from trueup.lifecycle.state.lock import acquire
from trueup.lifecycle.state.records import Scope
from trueup.lifecycle.state.store import Store
with open_tables("sqlite:///dev.db", tables.layer) as opened:
    acquire(Store(opened), Scope("shop", "dev"), "a-run", "ada@build", Clocks())
"""
)
