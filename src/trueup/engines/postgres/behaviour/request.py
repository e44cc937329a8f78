"""The request that tries what live tables declare, on copies in a transaction that is undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...._dataclass import dataclass
from ....errors import TrueupError
from ....model.description.tables import TableDescription
from ....operations.operation import Request, as_it_is, unchanged
from ....schema.behaviour import Question
from ....schema.facts import Difference, Unknown
from ....schema.tables import TableSchema
from ..ddl.relational import part
from ..payload import Statement, Steps, Transaction
from ..tables.layout import index_name, key_name
from ..values.names import column_name
from .constraints import constraint_findings
from .copies import add_triggers, copy_tables
from .live import Live, live_selects, live_tables
from .plans import SqlQuestion, fill, plan_finding
from .references import reference_findings
from .rows import RowMaker, row_maker
from .security import security_findings
from .triggers import trigger_findings

Found = dict[str, list[Difference]]

_BEFORE = Statement("SAVEPOINT behaviour")
_UNDO = Statement("ROLLBACK TO SAVEPOINT behaviour")


@dataclass(frozen=True, slots=True)
class Tried:
    """A table to try: as it is described, and with its declared facts."""

    description: TableDescription
    schema: TableSchema


def sql_question(question: Question, schema: TableSchema) -> SqlQuestion:
    """A question in the names of the database."""
    index = schema.indexes[question.index] if question.index else None
    return SqlQuestion(
        schema.name,
        question.pattern,
        index_name(schema, index) if index else key_name(schema),
        tuple(map(column_name, question.attributes)),
        lambda values: _select(question.ask(values)),
    )


def _select(request: Request[Any]) -> Statement:
    """The SELECT among the statements of a request."""
    statements: Sequence[Statement] = request.payload.statements
    return next(one for one in statements if one.sql.startswith(("SELECT", "WITH")))


def behaviour_request(tables: Sequence[Tried], questions: Sequence[SqlQuestion]) -> Request[Found]:
    """The request for what the live tables do, by name. What could not be tried is unknown."""
    selects = live_selects([one.schema.name for one in tables])

    def work() -> Steps[Found]:
        replies = []
        for select in selects:
            replies.append((yield select))
        live = live_tables(replies)
        ready = {one.schema.name: one for one in tables if not _lacks(one, live)}
        found: Found = {one.schema.name: _untried(_lacks(one, live)) for one in tables}
        yield _BEFORE
        try:
            tried = yield from _try(ready, {name: live[name] for name in ready}, questions)
        except TrueupError as error:
            if not error.native:
                raise
            tried = {
                name: _untried(f"no copy could be made: {error.what} ({error.native})")
                for name in ready
            }
        yield _UNDO
        return found | tried

    payload = Transaction(lambda: selects, work)
    return Request("TryBehaviour", "", payload, as_it_is, after_loss=unchanged)


def _lacks(one: Tried, live: Mapping[str, Live]) -> str:
    """Why a table cannot be copied; empty if it can."""
    found = live.get(one.schema.name)
    if found is None:
        return "the table is not there"
    missing = [name for name in part(one.schema, "columns") if name not in found.columns]
    return f"the table lacks the columns {', '.join(missing)}" if missing else ""


def _untried(why: str) -> list[Difference]:
    return [Difference(("behaviour",), "acts as declared", Unknown(why))] if why else []


def _try(
    tables: Mapping[str, Tried], live: Mapping[str, Live], questions: Sequence[SqlQuestion]
) -> Steps[Found]:
    yield from copy_tables(live)
    rows: dict[str, RowMaker] = {}
    for name, one in tables.items():
        rows[name] = yield from row_maker(live[name], one.description, one.schema)
    found: Found = {name: _untried("; ".join(rows[name].lacking)) for name in tables}
    whole = {name: one for name, one in tables.items() if not rows[name].lacking}
    for name in whole:
        asked = [one for one in questions if one.table == name]
        found[name] += yield from _plans(rows[name], asked)
    yield from add_triggers(live)
    for name, one in whole.items():
        found[name] += yield from constraint_findings(one.description, one.schema, rows[name])
        found[name] += yield from trigger_findings(one.description, one.schema, rows[name])
        made = {other: rows[other] for other in whole}
        found[name] += yield from reference_findings(one.description, one.schema, made)
        found[name] += yield from security_findings(one.description, rows[name])
    return found


def _plans(rows: RowMaker, questions: Sequence[SqlQuestion]) -> Steps[list[Difference]]:
    """Ask on a filled copy, and empty it."""
    if not questions:
        return []
    yield Statement("SAVEPOINT filled")
    why = yield from fill(rows)
    found = []
    for one in questions:
        if why:
            path = ("behaviour", "patterns", one.pattern)
            found.append(Difference(path, f"uses {one.index}", Unknown(why)))
        else:
            found.append((yield from plan_finding(one, rows)))
    yield Statement("ROLLBACK TO SAVEPOINT filled")
    return found
