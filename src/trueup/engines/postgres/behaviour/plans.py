"""Whether declared access patterns use their indexes, on thousands of generated rows.

Source: https://www.postgresql.org/docs/15/using-explain.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ...._dataclass import dataclass
from ....errors import TrueupError
from ....schema.facts import Difference, Unknown, Value
from ..payload import Statement, Steps
from ..values.names import quote
from .attempts import tried
from .constraints import finding
from .rows import MANY, RowMaker

_ASKED = 1
"""The row that is asked for: its values are rare where there are only a few."""


@dataclass(frozen=True, slots=True)
class SqlQuestion:
    """An access pattern of a table, that can be asked.

    index: the name that its index has in the database. columns: those that it is asked by.
    ask: the statement for values of them as texts.
    """

    table: str
    pattern: str
    index: str
    columns: tuple[str, ...]
    ask: Callable[[Sequence[str]], Statement]


def fill(rows: RowMaker) -> Steps[str]:
    """Fill a copy for plans. Returns why it could not be, if so."""
    filled = Statement(rows.insert(1, last=MANY))
    analysed = Statement(f"ANALYZE {quote(rows.live.name)}")
    outcome = yield from tried([filled])
    if outcome.state:
        return f"generated rows are {outcome.text}"
    yield filled
    yield analysed
    return ""


def plan_finding(question: SqlQuestion, rows: RowMaker) -> Steps[Difference]:
    """Which index the plan of a question uses, in a copy that is filled."""
    promised = f"uses {question.index}"
    selected = ", ".join(f"{rows.value(one, _ASKED)}::text" for one in question.columns)
    [values] = yield Statement(f"SELECT {selected}")
    try:
        asked = question.ask([str(value) for value in values])
    except (TrueupError, ValueError) as error:
        why = Unknown(f"no value is made to ask by: {type(error).__name__}")
        return finding("patterns", question.pattern, promised, why)
    explained = Statement(f"EXPLAIN (FORMAT JSON) {asked.sql}", asked.parameters)
    outcome = yield from tried([explained])
    if outcome.state:
        return finding("patterns", question.pattern, promised, Unknown(outcome.text))
    used = list(_indexes(_plan(outcome.rows[0][0])))
    return finding("patterns", question.pattern, promised, _told(question, rows, used))


def _told(question: SqlQuestion, rows: RowMaker, used: Sequence[str]) -> Value:
    """What is promised, also if an index serves that has more columns after the same ones."""
    mine = rows.live.indexes.get(question.index)
    if mine is None:
        return "the index is not there, or not valid"
    asked = set(question.columns)
    for name in used:
        other = rows.live.indexes.get(name)
        is_same = other is not None and set(other.columns[: len(asked)]) == asked
        if name == question.index or is_same:
            return f"uses {question.index}"
    return f"uses {', '.join(used)}" if used else "reads the whole table"


def _plan(shown: Any) -> Any:
    return json.loads(shown) if isinstance(shown, str) else shown


def _indexes(plan: Any) -> Iterator[str]:
    """The indexes that a plan uses, anywhere in it."""
    if isinstance(plan, dict):
        if "Index Name" in plan:
            yield str(plan["Index Name"])
        for part in plan.values():
            yield from _indexes(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from _indexes(part)
