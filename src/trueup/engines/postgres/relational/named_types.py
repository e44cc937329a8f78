"""Domains, composite types and sequences as facts, part by part, so that each part is changed in
place. Facts of a kind that only the database has are listed in `others`."""

from __future__ import annotations

from collections.abc import Iterator

from ....model.declarations.relational import Relational, SqlSequence
from ....schema.facts import Value

_MOST = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}
"""Source: https://www.postgresql.org/docs/15/datatype-numeric.html"""


def named_types(settings: Relational) -> Iterator[tuple[str, Value]]:
    """The facts of each, by kind and name."""
    for domain in settings.domains:
        yield (
            f"domain {domain.name}",
            {
                "type": domain.type,
                "collation": domain.collation or None,
                "default": domain.default or None,
                "required": domain.required,
                "checks": {one.name: f"CHECK ({one.condition})" for one in domain.checks},
                "others": [],
            },
        )
    for composite in settings.composites:
        facts: Value = {"fields": dict(composite.fields), "others": []}
        yield f"composite type {composite.name}", facts
    for sequence in settings.sequences:
        yield f"sequence {sequence.name}", _sequence(sequence)


def _sequence(sequence: SqlSequence) -> Value:
    """All numbers of a sequence, also those that PostgreSQL gives: the first is the least, of one
    that counts down the greatest."""
    is_rising, most = sequence.increment > 0, _MOST[sequence.type]
    least, greatest = (1, most - 1) if is_rising else (-most, -1)
    minimum = least if sequence.minimum is None else sequence.minimum
    maximum = greatest if sequence.maximum is None else sequence.maximum
    first = minimum if is_rising else maximum
    return {
        "type": sequence.type,
        "increment": sequence.increment,
        "minimum": minimum,
        "maximum": maximum,
        "start": first if sequence.start is None else sequence.start,
        "cache": sequence.cache,
        "cycle": sequence.cycle,
    }
