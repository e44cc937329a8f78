"""What others can do to a table in an SQLite file, one fact at a time, as SQL."""

from __future__ import annotations

from dataclasses import dataclass

from tests.changed_files.files import INDEXES, ByUntil
from trueup import Layer, Model, Table


class Pair(Model):
    a: str
    b: str
    text: str = ""


class Note(Model):
    id: str


THINGS = Table(
    "Things",
    ByUntil,
    partition="owner",
    sort="number",
    indexes=list(INDEXES.values()),
    ttl="until",
)
PAIRS = Table("Pairs", Pair, partition="a", sort="b")
NOTES = Table("Notes", Note, partition="id")
LAYER = Layer("mutated", target="dynamodb", tables=[THINGS, PAIRS, NOTES])


@dataclass(frozen=True, slots=True)
class FileMutation:
    """Something that others do to a file.

    sql: what they do. path: of what then differs, from the table's name on, with dots; it stands
        for everything below it.
    returns: whether the inverse of the plan leads back to it.
    """

    name: str
    sql: str
    path: str
    returns: bool = True

    def __str__(self) -> str:
        return self.name


def _remade(index: str, columns: str, where: str = "", kind: str = "INDEX") -> str:
    name = f'"Things.{index}"'
    return f"DROP INDEX {name}; CREATE {kind} {name} ON Things ({columns}) {where}"


def _keyed(columns: str, key: str, values: str) -> str:
    """Pairs with other columns, and the items that it had."""
    return (
        "ALTER TABLE Pairs RENAME TO before;"
        f"CREATE TABLE Pairs ({columns}, item TEXT NOT NULL, PRIMARY KEY ({key}));"
        f"INSERT OR IGNORE INTO Pairs SELECT {values}, item FROM before; DROP TABLE before"
    )


def _recorded(table: str, before: str, after: str) -> str:
    return (
        f"""UPDATE "trueup:tables" SET description = replace(description, '{before}', '{after}')"""
        f" WHERE name = '{table}'"
    )


_HAS_STATUS = 'WHERE "status" IS NOT NULL'
_HAS_AMOUNT = 'WHERE "amount:order" IS NOT NULL'
_STATUS = 'status, "number:order", owner'
_BY_STATUS = '"ByStatus": {"partition": [["status", "S"]], "sort": [["number", "N"]]}, '

MUTATIONS = (
    FileMutation("index dropped", 'DROP INDEX "Things.ByStatus"', "Things.index.ByStatus"),
    FileMutation("index of the key dropped", 'DROP INDEX "Things.Reverse"', "Things.index.Reverse"),
    FileMutation(
        "index of four attributes dropped", 'DROP INDEX "Things.ByBoth"', "Things.index.ByBoth"
    ),
    FileMutation(
        "index and its column dropped",
        'DROP INDEX "Things.ByDigest"; ALTER TABLE Things DROP COLUMN digest',
        "Things.index.ByDigest",
    ),
    FileMutation(
        "column of an index renamed",
        "ALTER TABLE Things RENAME COLUMN digest TO hash",
        "Things.index.ByDigest",
    ),
    FileMutation(
        "index by another attribute",
        _remade("ByAmount", _STATUS, _HAS_STATUS),
        "Things.index.ByAmount",
    ),
    FileMutation(
        "index without its sort attribute",
        _remade("ByStatus", 'status, owner, "number:order"', _HAS_STATUS),
        "Things.index.ByStatus",
    ),
    FileMutation(
        "index with its attributes swapped",
        _remade(
            "ByItem", 'status, item, owner, "number:order"', f'{_HAS_STATUS} AND "item" IS NOT NULL'
        ),
        "Things.index.ByItem",
    ),
    FileMutation(
        "index without the key of the table",
        _remade("ByAmount", '"amount:order"', _HAS_AMOUNT),
        "Things.index.ByAmount.form",
        returns=False,
    ),
    FileMutation(
        "index that is unique",
        _remade("ByStatus", _STATUS, _HAS_STATUS, "UNIQUE INDEX"),
        "Things.index.ByStatus.form",
        returns=False,
    ),
    FileMutation(
        "index that descends",
        _remade("ByStatus", 'status, "number:order" DESC, owner', _HAS_STATUS),
        "Things.index.ByStatus.form",
        returns=False,
    ),
    FileMutation(
        "index that ignores case",
        _remade("ByStatus", 'status COLLATE NOCASE, "number:order", owner', _HAS_STATUS),
        "Things.index.ByStatus.form",
        returns=False,
    ),
    FileMutation(
        "index of all items", _remade("ByStatus", _STATUS), "Things.index.ByStatus", returns=False
    ),
    FileMutation(
        "index of some items",
        _remade("ByStatus", _STATUS, "WHERE status = 'open'"),
        "Things.index.ByStatus",
        returns=False,
    ),
    FileMutation(
        "index of an expression",
        _remade("ByStatus", 'lower(status), "number:order", owner', _HAS_STATUS),
        "Things.index.ByStatus",
        returns=False,
    ),
    FileMutation(
        "index of an attribute that is not declared",
        'CREATE INDEX "Things.Mine" ON Things (owner)',
        "Things.index.Mine",
    ),
    FileMutation("index of others", "CREATE INDEX mine ON Things (status)", "Things.index.mine"),
    FileMutation(
        "unique index of others",
        "CREATE UNIQUE INDEX mine ON Pairs (a, b)",
        "Pairs.index.mine",
    ),
    FileMutation(
        "index of others of an expression",
        "CREATE INDEX mine ON Notes (length(item))",
        "Notes.index.mine",
        returns=False,
    ),
    FileMutation("expiry dropped", 'ALTER TABLE Things DROP COLUMN "until:expires"', "Things.ttl"),
    FileMutation(
        "expiry renamed",
        'ALTER TABLE Things RENAME COLUMN "until:expires" TO "gone:expires"',
        "Things.ttl",
    ),
    FileMutation(
        "expiry added", 'ALTER TABLE Notes ADD COLUMN "gone:expires" INTEGER', "Notes.ttl"
    ),
    FileMutation("table dropped", "DROP TABLE Notes", "Notes", returns=False),
    FileMutation("table with indexes dropped", "DROP TABLE Things", "Things", returns=False),
    FileMutation("table renamed", "ALTER TABLE Notes RENAME TO Former", "Notes", returns=False),
    FileMutation(
        "partition key renamed",
        "ALTER TABLE Pairs RENAME COLUMN a TO z",
        "Pairs.key.partition",
        returns=False,
    ),
    FileMutation(
        "sort key renamed",
        "ALTER TABLE Pairs RENAME COLUMN b TO z",
        "Pairs.key.sort",
        returns=False,
    ),
    FileMutation(
        "key without its sort attribute",
        _keyed("a TEXT NOT NULL, b TEXT", "a", "a, b"),
        "Pairs.key.sort",
        returns=False,
    ),
    FileMutation(
        "key with its attributes swapped",
        _keyed("a TEXT NOT NULL, b TEXT NOT NULL", "b, a", "a, b"),
        "Pairs.key",
        returns=False,
    ),
    FileMutation(
        "partition key of bytes",
        _keyed("a BLOB NOT NULL, b TEXT NOT NULL", "a, b", "a, b"),
        "Pairs.key.partition",
        returns=False,
    ),
    FileMutation(
        "sort key of numbers",
        _keyed(
            'a TEXT NOT NULL, b TEXT NOT NULL, "b:order" TEXT NOT NULL', 'a, "b:order"', "a, b, b"
        ),
        "Pairs.key.sort",
        returns=False,
    ),
    FileMutation(
        "key recorded without a sort attribute",
        _recorded(
            "Pairs",
            '"partition": [["a", "S"]], "sort": [["b", "S"]]',
            '"partition": [["a", "S"], ["b", "S"]], "sort": []',
        ),
        "Pairs.key",
        returns=False,
    ),
    FileMutation(
        "index that is not recorded",
        _recorded("Things", _BY_STATUS, ""),
        "Things.index.ByStatus",
        returns=False,
    ),
    FileMutation(
        "index recorded with another key",
        _recorded("Things", _BY_STATUS, _BY_STATUS.replace('["status"', '["item"')),
        "Things.index.ByStatus",
        returns=False,
    ),
)
