"""Our errors for values that pydantic refuses: code, reason and remedy, never the value."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

from ...errors import ErrorCode, InvalidCall, Place

_PYDANTIC_TYPES = frozenset(get_args(ErrorType))
_OTHER_CODES = {"finite_number": ErrorCode.INVALID_NUMBER, "string_unicode": ErrorCode.INVALID_TEXT}
_TYPE_ENDINGS = ("_type", "_parsing", "_parsing_size", "_from_float", "enum", "literal_error")
_FIXES = {
    ErrorCode.MILLISECOND_EXPIRY: "divide it by 1000, or give a datetime or a timedelta",
    ErrorCode.NAIVE_DATETIME: "give it a time zone, for example datetime.now(UTC)",
    ErrorCode.FRACTIONAL_SECONDS: "drop the fraction with .replace(microsecond=0)",
    ErrorCode.INVALID_NUMBER: "leave the attribute out; NaN and infinity cannot be stored",
    ErrorCode.INVALID_TEXT: "decode the text with errors='replace', or join the halves",
    ErrorCode.INVALID_VALUE: "give a value that the field's constraints and validators accept",
}


def refused_value(error: ValidationError, name: str, where: Place) -> InvalidCall:
    """The error for a value of the attribute `name`.

    Raise it after the `except` block: as its context, pydantic's error would keep the value.
    """
    problem: Any = error.errors(include_url=False, include_input=False)[0]
    code = _code_of(problem["type"])
    return InvalidCall(
        f"a value for {name!r} does not fit: {_reason(problem)}",
        code=code,
        where=where,
        fix=_FIXES.get(code, "give a value of the type the attribute is declared with"),
    )


def too_deep(where: Place) -> InvalidCall:
    """The error for a value that nests deeper than Python's recursion limit."""
    return InvalidCall(
        "a value nests lists and maps deeper than any engine stores",
        code=ErrorCode.TOO_DEEP,
        where=where,
        fix="flatten it, or store the deep part as text",
    )


def _code_of(problem_type: str) -> ErrorCode:
    """Our code for a problem: as reported by our field types, or by pydantic's problem type."""
    if problem_type in _OTHER_CODES:
        return _OTHER_CODES[problem_type]
    try:
        return ErrorCode(problem_type)
    except ValueError:
        is_type = problem_type.endswith(_TYPE_ENDINGS) or problem_type.startswith("is_")
        return ErrorCode.WRONG_TYPE if is_type else ErrorCode.INVALID_VALUE


def _reason(problem: Any) -> str:
    """pydantic's message, unless it may quote the value: a user's validator, a tag, a bad sign."""
    quotes = problem["type"] in ("value_error", "assertion_error", "uuid_parsing", "url_parsing")
    if quotes or "tag" in problem["type"] or _is_custom(problem["type"]):
        return "the field does not accept it"
    text: str = problem["msg"]
    return text[:1].lower() + text[1:]


def _is_custom(problem_type: str) -> bool:
    """Whether a user's validator reported the problem in its own words."""
    return problem_type not in _PYDANTIC_TYPES and problem_type not in ErrorCode._value2member_map_
