"""The shard of an item in an index, the same in every process and engine."""

from __future__ import annotations

import zlib

from ...expressions.values import PlainValue
from ..declarations.templates import Part, render
from ..description.tables import IndexDescription


def shard_number(key: list[PlainValue], shards: int) -> int:
    """The shard of an item, by its primary key."""
    return zlib.crc32(b"\x00".join(map(_key_bytes, key))) % shards


def _key_bytes(value: PlainValue) -> bytes:
    """The bytes to hash. Not `repr`: its escapes depend on Python's Unicode tables."""
    if isinstance(value, bytes):
        return b"B" + value
    return (b"S" if isinstance(value, str) else b"N") + str(value).encode("utf-8", "surrogatepass")


def shard_key(index: IndexDescription, values: list[PlainValue], shard: int) -> str:
    """The physical partition key of a sharded index: the partition values, then the shard."""
    parts = [
        render(value, Part(key.name)) for key, value in zip(index.partition, values, strict=True)
    ]
    escaped = [part.replace("%", "%25").replace("#", "%23") for part in parts]
    return "#".join([*escaped, str(shard)])
