"""Rows that every check accepts, and values that each check refuses: chosen by the server, among
generated values, so that no condition is understood here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from ...._dataclass import dataclass
from ....model.description.tables import Attribute, TableDescription
from ....model.translation.constraints import NO_CONSTRAINTS
from ....schema.tables import TableSchema
from ..ddl.relational import part
from ..payload import Steps
from ..values.names import column_name, literal, quote
from .attempts import attempt
from .live import Live, LiveColumn
from .values import RARE, pool, series

MANY = 2_000
"""The rows of a table that plans are made for."""
_MOST_COMBINATIONS = 4_000
_WORD = re.compile(r"\w+")

Texts = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class RowMaker:
    """Makes rows of a copied table.

    expressions: by column, SQL with a value for each whole number `n`. failing: by check, columns
    and texts that fail it, and no other check if there are such. pools: by column, the texts tried.
    lacking: why there are no rows, empty if there are.
    """

    live: Live
    expressions: dict[str, str] = field(default_factory=dict)
    failing: dict[str, dict[str, str | None]] = field(default_factory=dict)
    pools: dict[str, list[str]] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)

    def insert(
        self, number: int, changed: Mapping[str, str | None] | None = None, last: int = 0
    ) -> str:
        """The INSERT of the row of a number, or of all to `last`. changed: by column, other SQL;
        None leaves the column out."""
        values = {**self.expressions, **(changed or {})}
        names = [name for name, value in values.items() if value is not None]
        columns = ", ".join(map(quote, names))
        selected = ", ".join(str(values[name]) for name in names)
        return (
            f"INSERT INTO {quote(self.live.name)} ({columns}) SELECT {selected} "
            f"FROM generate_series({number}, {max(number, last)}) AS n"
        )

    def value(self, column: str, number: int) -> str:
        """SQL with the value that a column has in the row of a number."""
        expression = self.expressions.get(column, "NULL")
        return f"(SELECT {expression} FROM generate_series({number}, {number}) AS n)"

    def is_row(self, columns: Sequence[str], number: int) -> str:
        """The condition that a row is that of a number, by these columns."""
        return " AND ".join(f"{quote(one)} = {self.value(one, number)}" for one in columns)


def checks_in(schema: TableSchema) -> dict[str, str]:
    """The declared conditions, by the names of their constraints."""
    return {
        name: str(sql).removeprefix("CHECK ")
        for name, sql in part(schema, "constraints").items()
        if str(sql).startswith("CHECK ")
    }


def row_maker(live: Live, table: TableDescription, schema: TableSchema) -> Steps[RowMaker]:
    """Choose values for all columns of a live table."""
    made = RowMaker(live)
    checks = checks_in(schema)
    limits = {column_name(one.attribute): one for one in table.attributes}
    for columns, names in _groups(live, checks):
        conditions = {name: checks[name] for name in names}
        for column in columns:
            made.pools[column.name] = _pool(column, table, limits.get(column.name), conditions)
        yield from _choose(made, columns, conditions, limits)
    return made


def columns_of_check(live: Live, condition: str) -> list[str]:
    """The columns that a condition names, and perhaps others that are called like a word in it."""
    words = set(_WORD.findall(condition))
    return [name for name in live.columns if set(_WORD.findall(name)) <= words]


def _groups(live: Live, checks: Mapping[str, str]) -> Iterator[tuple[list[LiveColumn], list[str]]]:
    """The columns that can be written, in groups that share no check, with their checks."""
    groups: list[tuple[set[str], list[str]]] = [
        ({name}, []) for name, column in live.columns.items() if not column.is_given
    ]
    for name, condition in checks.items():
        named = set(columns_of_check(live, condition))
        joined = [group for group in groups if group[0] & named]
        if joined:
            groups = [group for group in groups if group not in joined]
            columns = set().union(*(group[0] for group in joined))
            groups.append((columns, [*(one for group in joined for one in group[1]), name]))
    for columns, names in groups:
        yield [column for name, column in live.columns.items() if name in columns], names


def _pool(
    column: LiveColumn,
    table: TableDescription,
    attribute: Attribute | None,
    conditions: Mapping[str, str],
) -> list[str]:
    limits = attribute.constraints if attribute else NO_CONSTRAINTS
    return pool(column, limits, " ".join(conditions.values()), _examples(table, attribute))


def _examples(table: TableDescription, attribute: Attribute | None) -> tuple[str, ...]:
    """The examples of a field that are texts."""
    if attribute is None:
        return ()
    for model in table.models.values():
        found = model.model_fields.get(attribute.name)
        if found is not None and found.examples:
            return tuple(str(one) for one in found.examples if isinstance(one, str))
    return ()


def _choose(
    made: RowMaker,
    columns: Sequence[LiveColumn],
    conditions: Mapping[str, str],
    limits: Mapping[str, Attribute],
) -> Steps[None]:
    """Set the expressions of a group, and what fails its checks."""
    expressions = yield from _series(made, columns, conditions, limits)
    combinations = yield from _combinations(made, columns, conditions)
    for name in conditions:
        failing = [texts for texts, failed in combinations if name in failed]
        alone = [texts for texts, failed in combinations if failed == {name}]
        if failing:
            texts = (alone or failing)[0]
            made.failing[name] = {one.name: text for one, text in zip(columns, texts, strict=True)}
    if not expressions:
        expressions = _of_few([t for t, failed in combinations if not failed], columns)
    for column in columns:
        if column.name in expressions:
            made.expressions[column.name] = f"({expressions[column.name]})::{column.type}"
        elif _is_required(limits.get(column.name)):
            made.lacking.append(f"no value is generated for the column {column.name}")


def _is_required(attribute: Attribute | None) -> bool:
    return attribute is not None and not attribute.nullable


def _series(
    made: RowMaker,
    columns: Sequence[LiveColumn],
    conditions: Mapping[str, str],
    limits: Mapping[str, Attribute],
) -> Steps[dict[str, str]]:
    """Expressions with a value for each number that all checks accept; empty if none is known."""
    choices = []
    for column in columns:
        attribute = limits.get(column.name)
        found = attribute.constraints if attribute else NO_CONSTRAINTS
        choices.append(series(column, made.live.name, found))
    if not all(choices):
        return {}
    accepted = " AND ".join(f"({one}) IS NOT FALSE" for one in conditions.values()) or "true"
    for number in range(max(map(len, choices))):
        tried = [forms[min(number, len(forms) - 1)] for forms in choices]
        selected = ", ".join(
            f"({form})::{column.type} AS {quote(column.name)}"
            for form, column in zip(tried, columns, strict=True)
        )
        outcome = yield from attempt(
            f"SELECT bool_and({accepted}), count(s.*) "
            f"FROM (SELECT {selected} FROM generate_series(1, {MANY}) AS n) s"
        )
        if not outcome.state and outcome.rows[0][0] is True:
            return dict(zip((one.name for one in columns), tried, strict=True))
    return {}


def _combinations(
    made: RowMaker, columns: Sequence[LiveColumn], conditions: Mapping[str, str]
) -> Steps[list[tuple[Texts, set[str]]]]:
    """Texts for the columns of a group, each with the names of the checks that they fail."""
    most = max(2, int(_MOST_COMBINATIONS ** (1 / len(columns))))
    pools = [[*made.pools[column.name][:most], None] for column in columns]
    sources = ", ".join(
        "(VALUES {}) AS v{}(i, {})".format(
            ", ".join(
                f"({number}, {'NULL' if text is None else literal(text)}::{column.base})"
                for number, text in enumerate(texts)
            ),
            place,
            quote(column.name),
        )
        for place, (column, texts) in enumerate(zip(columns, pools, strict=True))
    )
    numbers = ", ".join(f"v{place}.i" for place in range(len(columns)))
    failed = "".join(f", ({one}) IS FALSE" for one in conditions.values())
    outcome = yield from attempt(f"SELECT {numbers}{failed} FROM {sources}")
    if outcome.state:
        return []
    found: list[tuple[Texts, set[str]]] = []
    for row in outcome.rows:
        places, verdicts = row[: len(columns)], row[len(columns) :]
        texts = tuple(
            options[int(str(place))] for options, place in zip(pools, places, strict=True)
        )
        names = {name for name, fails in zip(conditions, verdicts, strict=True) if fails}
        found.append((texts, names))
    return sorted(found, key=lambda one: sum(text is None for text in one[0]))


def _of_few(accepted: Sequence[Texts], columns: Sequence[LiveColumn]) -> dict[str, str]:
    """Expressions that go through a few values, of which the first is rare."""
    full = [texts for texts in accepted if None not in texts] or list(accepted)
    if not full:
        return {}
    # The others share as little as possible with the first, so that asking for it is selective.
    shared = [sum(a == b for a, b in zip(one, full[0], strict=True)) for one in full]
    others = [one for one, same in zip(full, shared, strict=True) if same == min(shared)]
    few = [full[0], *others[:5]]
    made = {}
    for place, column in enumerate(columns):
        texts = [
            "NULL" if one[place] is None else f"{literal(str(one[place]))}::{column.base}"
            for one in few
        ]
        first, *following = texts
        cases = f"WHEN n <= {RARE} THEN {first}"
        for number, text in enumerate(following):
            cases += f" WHEN n % {len(following)} = {number} THEN {text}"
        made[column.name] = f"CASE {cases} ELSE {first} END"
    return made
