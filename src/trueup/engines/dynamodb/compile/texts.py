"""DynamoDB's limits of the expressions of an action.

Needs no extra of the package: other engines keep the limits for layers whose target is DynamoDB.

Source: "Expression parameters" of
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ....errors import ErrorCode, InvalidCall, Place
from ....expressions.condition import Condition
from ....operations.actions import (
    Action,
    BatchGet,
    BatchGetTables,
    BatchWrite,
    Check,
    Count,
    Delete,
    Get,
    Nearest,
    Put,
    Query,
    Scan,
    TransactGet,
    TransactWrite,
    Update,
    Write,
)
from ....operations.engine import Rules
from .expressions import Parameters, clause_of, key_condition_text
from .guards import alive_condition, guard_text, narrowed
from .updates import update_text

_OPERATOR = re.compile(r" (?:AND|OR|IN|[<>=]+|\+) |\bNOT |\w+\(")
"""BETWEEN is counted by its AND. Names and values are placeholders, which look like none of it."""
_UPDATE_OPERATOR = re.compile(r" \+ |\w+\(")
"""The page counts two in `SET a = :val1 + :val2 + :val3`."""


def write_texts(rules: Rules, action: Write | Check, parameters: Parameters) -> dict[str, str]:
    """The expressions of a write, under the names of their parameters.

    Raises InvalidCall (invalid-expression) beyond DynamoDB's limits.
    """
    texts = {}
    if isinstance(action, Update):
        keys = frozenset(key.attribute for key in action.table.key)
        texts["UpdateExpression"] = update_text(action.changes, action.initial, keys, parameters)
    condition = guard_text(action, parameters)
    if condition is not None:
        texts["ConditionExpression"] = condition
    return _within_limits(rules, texts, parameters, action.table.name)


def read_texts(
    rules: Rules, action: Query | Scan, filter: Condition | None, parameters: Parameters
) -> dict[str, str]:
    """The conditions of a read, under the names of their parameters. filter: that of the request.

    Raises InvalidCall (invalid-expression) beyond DynamoDB's limits.
    """
    texts = {}
    table, index = action.table, action.index
    if isinstance(action, Query):
        keys = index.physical_partition if index else (table.partition,)
        text = key_condition_text(keys, action.partition, action.sort, parameters)
        texts["KeyConditionExpression"] = text
    if filter is not None:
        texts["FilterExpression"] = clause_of(filter, parameters).text
    return _within_limits(rules, texts, parameters, table.name)


def refuse_expressions(rules: Rules, action: Action | Check) -> None:
    """Refuse an action whose expressions exceed DynamoDB's limits, whichever engine performs it.

    Raises InvalidCall (invalid-expression).
    """
    match action:
        case Put() | Delete() | Check():
            if not action.guard.is_open:
                write_texts(rules, action, Parameters())
        case Update():
            write_texts(rules, action, Parameters())
        case BatchWrite(several) | TransactWrite(several):
            for one in several:
                refuse_expressions(rules, one)
        case Query() | Scan() | Count():
            of = action.of if isinstance(action, Count) else action
            alive = alive_condition(of.table, of.now_epoch_s)
            read_texts(rules, of, narrowed(of.filter, alive), Parameters())
        case Get() | BatchGet() | BatchGetTables() | TransactGet() | Nearest():
            pass


def checked_text(rules: Rules, name: str, text: str, table: str) -> str:
    """Return the expression. name: of its parameter.

    Raises InvalidCall (invalid-expression) beyond the limits.
    """
    most_bytes, most = rules.limits.expression_bytes, rules.limits.expression_operators
    if most_bytes is not None and len(text) > most_bytes:
        raise _refused(rules, f"the {name} is {len(text)} bytes long", f"{most_bytes}", table)
    # An operator has two characters at least, with the space behind it.
    if most is not None and len(text) > 2 * most:
        pattern = _UPDATE_OPERATOR if name == "UpdateExpression" else _OPERATOR
        count = len(pattern.findall(text))
        if count > most:
            what = f"the {name} has {count} operators and functions"
            raise _refused(rules, what, f"{most}", table)
    return text


def _within_limits(
    rules: Rules, texts: Mapping[str, str], parameters: Parameters, table: str
) -> dict[str, str]:
    most = rules.limits.expression_values_bytes
    if texts and most is not None and (size_bytes := parameters.size_bytes()) > most:
        what = f"the names and values of the expressions are {size_bytes} bytes long"
        raise _refused(rules, what, f"{most}", table)
    return {name: checked_text(rules, name, text, table) for name, text in texts.items()}


def _refused(rules: Rules, what: str, most: str, table: str) -> InvalidCall:
    return InvalidCall(
        f"{what}; {rules.whose} takes at most {most}",
        code=ErrorCode.INVALID_EXPRESSION,
        where=Place(rules.engine, table=table),
        fix="compare fewer values, or split the call",
    )
