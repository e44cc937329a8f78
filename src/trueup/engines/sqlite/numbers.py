"""Numbers as text: a form to read, and a form that sorts like the numbers.

SQLite's own numbers are 64-bit integers and binary floats; a key of 38 digits fits neither.

The order text is a marker, a biased exponent of three digits, and the significant digits:

    -1.25   <  "<499" + "874" + "~"     everything complemented, which reverses the text order
    0       =  "="
    1.25    >  ">500" + "125"

`<`, `=` and `>` stand in this order in ASCII. A shorter run of digits sorts first (1.2 before
1.25), which is wrong for complements: `~`, above every digit, ends those.
"""

from decimal import Context, Decimal
from typing import NoReturn

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions.values import COMPLEMENT, MAX_DIGITS, MAX_EXPONENT, MIN_EXPONENT

_BIAS = 500
_PLAIN_FROM = -6  # smaller numbers have an exponent, as in Python's Decimal
# Python's default context would round to 28 digits.
_UNROUNDED = Context(prec=100_000)


def order_text(number: int | Decimal) -> str:
    """The text that sorts, compared byte by byte, like `number` among numbers.

    Raises:
        InvalidCall: more than 38 digits, outside 1E-130 … 9.99…E+125, NaN or infinity.
    """
    negative, digits, exponent = _parts(number)
    if not digits:
        return "="
    if len(digits) > MAX_DIGITS or not MIN_EXPONENT <= exponent <= MAX_EXPONENT:
        _refuse("a number has more than 38 digits, or lies outside 1E-130 to 9.99E+125")
    text = f"{exponent + _BIAS:03}{digits}"
    return f"<{text.translate(COMPLEMENT)}~" if negative else f">{text}"


def canonical_text(number: int | Decimal) -> str:
    """The canonical text of a number: exact, no trailing zeros, an exponent only to avoid zeros.

    Raises:
        InvalidCall: NaN or infinity.
    """
    negative, digits, exponent = _parts(number)
    return ("-" if negative else "") + _unsigned(digits, exponent) if digits else "0"


def check_finite(number: Decimal) -> None:
    """Raises InvalidCall for NaN and infinity."""
    if not number.is_finite():
        _refuse("a number is NaN or infinite")


def normalised(number: Decimal) -> Decimal:
    """The same number without trailing zeros, all its digits kept."""
    return _UNROUNDED.normalize(number)


def _unsigned(digits: str, exponent: int) -> str:
    before_point = exponent + 1
    if not _PLAIN_FROM <= exponent < MAX_DIGITS:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{digits[0]}{fraction}E{exponent:+}"
    if before_point <= 0:
        return f"0.{'0' * -before_point}{digits}"
    if before_point >= len(digits):
        return digits.ljust(before_point, "0")
    return f"{digits[:before_point]}.{digits[before_point:]}"


def _parts(number: int | Decimal) -> tuple[bool, str, int]:
    """Sign, significant digits ("" for zero) and the exponent of the first of them."""
    if isinstance(number, int):
        written = str(abs(number))
        return number < 0, written.strip("0") and written.rstrip("0"), len(written) - 1
    check_finite(number)
    mantissa, _, exponent = f"{number:E}".partition("E")
    digits = mantissa.replace(".", "").lstrip("-").strip("0")
    return mantissa[0] == "-", digits, int(exponent)


def _refuse(what: str) -> NoReturn:
    raise InvalidCall(
        what,
        where=Place("sqlite"),
        fix="store it as text, or round it to 38 significant digits in that range",
        code=ErrorCode.INVALID_NUMBER,
    )
