"""What a child does: it applies a version of the shop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.kills.shop import VERSIONS
from tests.kills.time import SharedTime
from trueup.engines.open_tables import open_tables
from trueup.errors import TrueupError
from trueup.lifecycle.aims import Seen, seen
from trueup.lifecycle.apply import apply
from trueup.lifecycle.clocks import Clocks
from trueup.lifecycle.inspection import Intent, Target, inspect
from trueup.lifecycle.state.records import Scope
from trueup.lifecycle.state.store import Store
from trueup.schema.hazard import Allowance

SHOP = Scope("shop", "test")
Answer = dict[str, Any]


@contextmanager
def opened(url: str, prefix: str, version: str) -> Iterator[Target]:
    """A version of the shop, whose tables' names begin with a prefix."""
    with open_tables(url, VERSIONS[version], table_names=f"{prefix}{{table}}") as tables:
        yield Target(tables, Store(tables, f"{prefix}state"), SHOP)


def planned(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody agrees to now, to be asked of `run`."""
    with opened(asked["url"], asked["prefix"], asked["version"]) as target:
        allowed = frozenset(Allowance(option) for option in asked["allowed"])
        agreed = seen(inspect(target).plan(Intent(allowed)))
    return {
        "plan": agreed.plan_id,
        "aims": sorted(agreed.aims),
        "hazards": sorted(agreed.hazards),
    }


def run_in_child(asked: Mapping[str, Any]) -> Answer:
    """The same in a process of its own, where time passes for everything."""
    if asked["time"]:
        SharedTime(file=Path(asked["time"])).rule_process()
    return run(asked)


def run(asked: Mapping[str, Any]) -> Answer:
    """Apply, as asked: what was done, or why it was refused."""
    clocks = SharedTime(file=Path(asked["time"])).clocks() if asked["time"] else Clocks()
    allowed = frozenset(Allowance(option) for option in asked.get("allowed", ()))
    try:
        with opened(asked["url"], asked["prefix"], asked["version"]) as target:
            intent = Intent(allowed, backup=asked.get("backup", ""))
            agreed = None
            if "plan" in asked:
                agreed = Seen(asked["plan"], frozenset(asked["aims"]), frozenset(asked["hazards"]))
            owner = asked.get("owner", "me")
            done = apply(target, intent, agreed, owner=owner, clocks=clocks)
    except KeyboardInterrupt:
        return {"error": "interrupted", "text": ""}
    except TrueupError as error:
        return {"error": error.code.value, "text": str(error)}
    return {"done": list(done.done)}
