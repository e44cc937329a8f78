"""DynamoDB's expressions and PartiQL: which attributes and tables a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..uses import Expression
from .values import HOLE, ConditionValue, Record, Text, Values

_TOKEN = re.compile(
    rf"(?P<placeholder>#[\w{HOLE}]+)|(?P<value>:[\w{HOLE}]*)|(?P<path>[A-Za-z_{HOLE}][\w{HOLE}-]*)"
    r"|(?P<comparator><>|<=|>=|=|<|>)|(?P<other>[(),.+\-]|\[\d+\])"
)
_WORDS = frozenset({"and", "or", "not", "between", "in"})
_CLAUSES = frozenset({"set", "remove", "add", "delete"})
_FUNCTIONS = frozenset(
    {
        "attribute_exists",
        "attribute_not_exists",
        "attribute_type",
        "begins_with",
        "contains",
        "size",
        "if_not_exists",
        "list_append",
    }
)
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html"""
UPDATE = "UpdateExpression"


def expression_of(argument: str, values: Values, names: Values) -> Expression | None:
    """What an argument such as FilterExpression names; None if nothing of it is known.

    names: ExpressionAttributeNames.
    """
    known = _placeholders(names)
    found = [
        value.expression if isinstance(value, ConditionValue) else _read(argument, value, known)
        for value in values
        if isinstance(value, ConditionValue | Text)
    ]
    if not found:
        return None
    whole = len(found) == len(values) and all(one.is_whole for one in found)
    return Expression(
        tuple(dict.fromkeys(pair for one in found for pair in one.attributes)),
        tuple(dict.fromkeys(name for one in found for name in one.literals)),
        tuple(dict.fromkeys(hole for one in found for hole in one.holes)),
        whole,
    )


def _placeholders(names: Values) -> Mapping[str, str]:
    return {
        key: text.value
        for record in names
        if isinstance(record, Record)
        for key, values in record.entries.items()
        for text in values
        if isinstance(text, Text) and not text.holes
    }


def _read(argument: str, text: Text, known: Mapping[str, str]) -> Expression:
    attributes: list[tuple[str, str]] = []
    literals: list[str] = []
    tokens = [(match.lastgroup or "", match.group()) for match in _TOKEN.finditer(text.value)]
    is_whole = True
    for position, (kind, token) in enumerate(tokens):
        before = tokens[position - 1] if position else ("", "")
        after = tokens[position + 1] if position + 1 < len(tokens) else ("", "")
        if kind not in ("placeholder", "path") or before[1] == ".":
            continue
        if kind == "path" and _is_keyword(argument, token, before, after):
            continue
        name = known.get(token, "") if kind == "placeholder" else token
        if not name or HOLE in name:
            is_whole = False
            continue
        attributes.append((name, _operator(tokens, position)))
        if kind == "path":
            literals.append(name)
    return Expression(tuple(attributes), tuple(literals), _unsafe(text), is_whole)


def _is_keyword(argument: str, token: str, before: tuple[str, str], after: tuple[str, str]) -> bool:
    word = token.lower()
    if word in _FUNCTIONS and after[1] == "(":
        return True
    if argument == UPDATE and word in _CLAUSES:
        return after[0] in ("path", "placeholder") and before[1] not in (",", "=", "+", "-", "(")
    return argument not in (UPDATE, "ProjectionExpression") and word in _WORDS


def _operator(tokens: list[tuple[str, str]], position: int) -> str:
    """The comparator after a name, or the function that it stands in."""
    for kind, token in tokens[position + 1 :]:
        if kind == "comparator":
            return token
        if token.lower() in ("between", "in"):
            return token.lower()
        if token != "." and not token.startswith("[") and kind != "path":
            break
    if position > 1 and tokens[position - 1][1] == "(":
        return tokens[position - 2][1].lower()
    return ""


def _unsafe(text: Text) -> tuple[str, ...]:
    """The parameters that become part of a text, except within the name of a placeholder."""
    pieces = text.value.split(HOLE)
    return tuple(
        hole.name
        for before, hole in zip(pieces, text.holes, strict=False)
        if hole.origin == "parameter" and not re.search(r"[#:]\w*$", before)
    )


_STATEMENT = re.compile(
    rf"""\b(?:(SELECT)\b.*?\bFROM|(INSERT)\s+INTO|(UPDATE)|(DELETE)\s+FROM)\s+
    "?([\w.{HOLE}-]+)"?(?:\s*\.\s*"?([\w.{HOLE}-]+)"?)?""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


def statements(values: Values) -> Iterator[tuple[str, Text, str | None, Text]]:
    """The statements of PartiQL: what they do, the table, the index, and the whole text."""
    for value in values:
        found = _STATEMENT.match(value.value.strip()) if isinstance(value, Text) else None
        if found and isinstance(value, Text):
            verb = next(filter(None, found.groups()[:4])).lower()
            yield f"partiql_{verb}", _part(value, found, 5), found.group(6), value


def _part(whole: Text, found: re.Match[str], group: int) -> Text:
    """A part of a text with the holes that are within it."""
    start = whole.value.strip()[: found.start(group)].count(HOLE)
    part = found.group(group)
    return Text(part, whole.holes[start : start + part.count(HOLE)])


def unsafe_statement(text: Text) -> tuple[str, ...]:
    """The parameters that become part of a statement, rather than its Parameters."""
    return _unsafe(text)
