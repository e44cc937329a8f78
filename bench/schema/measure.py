"""Diffs in turns, by wall time: with a lock file, without, and what a hand would read at least."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import median

import psycopg

from trueup.engines.open_tables import OpenTables, open_tables
from trueup.lifecycle.inspection import inspect_at_once
from trueup.schema.create import create_tables
from trueup.schema.diff import diff
from trueup.schema.made import MakingEngine
from trueup.testing.postgres import PostgresServer, create_database

from .layers import layer_of

SIZES = (2, 202)
ROUNDS = 15
READ = """SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    pg_get_expr(d.adbin, d.adrelid)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1, a.attnum;
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2;
SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = 'public'::regnamespace ORDER BY 1, 2;
SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
WHERE NOT tgisinternal ORDER BY 1, 2;
SELECT oid::regprocedure::text, prosrc FROM pg_proc
WHERE pronamespace = 'public'::regnamespace ORDER BY 1"""
"""A careful catalogue read by hand: columns, constraints, indexes, triggers, functions."""


@dataclass(frozen=True)
class Row:
    """tables: how many. way: of comparing. ms: the median of all rounds."""

    tables: int
    way: str
    ms: float


def measure(server: PostgresServer, tables: int, rounds: int) -> list[Row]:
    """All ways, each in its turn in each round."""
    taken: dict[str, list[float]] = {}
    with _ways(server, tables) as ways:
        for way in ways.values():
            way()  # the first reads what later ones find in memory
        for _ in range(rounds):
            for name, way in ways.items():
                began_s = time.perf_counter()
                way()
                taken.setdefault(name, []).append(1000 * (time.perf_counter() - began_s))
    return [Row(tables, name, round(median(all_ms), 2)) for name, all_ms in taken.items()]


@contextmanager
def _ways(server: PostgresServer, tables: int) -> Iterator[dict[str, Callable[[], None]]]:
    name = f"bench_{tables}"
    url, database = create_database(server, name), server.as_superuser(name)
    with open_tables(url, layer_of(tables)) as made, psycopg.connect(database) as hand:
        engine = made.open_layer.engine
        made.runner.run(create_tables(engine, made.open_layer.tables), "create")
        assert isinstance(engine, MakingEngine)
        facts = made.runner.run(engine.make(), "make")
        locked = replace(made, open_layer=replace(made.open_layer, engine=engine.with_made(facts)))
        yield {
            "by hand": lambda: _read(hand),
            "with a lock file": lambda: _compare(locked),
            "without": lambda: _compare(made),
        }


def _read(connection: psycopg.Connection) -> None:
    cursor = connection.execute(READ.encode())
    while True:
        cursor.fetchall()
        if not cursor.nextset():
            return


def _compare(opened: OpenTables) -> None:
    engine = opened.open_layer.engine
    declared = {one.name: one for one in map(engine.declared, opened.open_layer.tables)}
    live = inspect_at_once(opened, list(declared))
    assert not diff(declared, {name: table.schema for name, table in live.items()})
