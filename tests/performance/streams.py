"""A process that streams many rows, and says how many and its peak memory: `ROLE FILE`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from bench.memory import peak_memory_bytes
from trueup import Index, Layer, Model, Repository, Table, connect

SEGMENTS = 4
MANY = 200_000


class Row(Model):
    """A small row."""

    group: str
    name: str
    kind: str


rows = Table(
    "Rows",
    Row,
    partition="group",
    sort="name",
    indexes=[Index("Kinds", partition="kind", sort="name")],
)
layer = Layer("streams", target="dynamodb", tables=[rows])


def query(repo: Repository[Row]) -> int:
    """One partition that holds every row."""
    return sum(1 for _ in repo.query("g"))


def query_index(repo: Repository[Row]) -> int:
    """One partition of an index, from its end."""
    return sum(1 for _ in repo.query("k", index="Kinds", order="descending", limit=MANY))


def scan(repo: Repository[Row]) -> int:
    """The whole table."""
    return sum(1 for _ in repo.scan())


def scan_segments(repo: Repository[Row]) -> int:
    """The whole table, in segments side by side."""

    def count(segment: int) -> int:
        return sum(1 for _ in repo.scan(segment=segment, segments=SEGMENTS))

    with ThreadPoolExecutor(SEGMENTS) as threads:
        return sum(threads.map(count, range(SEGMENTS)))


def put_many(repo: Repository[Row]) -> int:
    """A generator of more rows than fit into the memory allowed."""

    def some() -> Iterator[Row]:
        for number in range(MANY):
            yield Row(group="new", name=f"{number:07}", kind="new")

    return repo.put_many(some()).written


ROLES: dict[str, Callable[[Repository[Row]], int]] = {
    "query": query,
    "query_index": query_index,
    "scan": scan,
    "scan_segments": scan_segments,
    "put_many": put_many,
}


def main(role: str, path: str) -> None:
    """Perform the role and say `count bytes`."""
    with connect(f"sqlite:///{path}", layer) as db:
        count = ROLES[role](db.repository(rows))
    sys.stdout.write(f"{count} {peak_memory_bytes()}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
