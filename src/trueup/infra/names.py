"""Names of resources: the logical ones within a stack, and those in the account."""

from __future__ import annotations

import re

from ..errors import Place, UnsupportedByEngine
from ..model.declarations.functions import Function

LONGEST_FUNCTION_NAME = 64
"""Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""


def resource_id(*words: str) -> str:
    """A logical name: letters and digits, each word with a capital."""
    parts = [part for word in words for part in re.split(r"[^A-Za-z0-9]+", word) if part]
    return "".join(part[0].upper() + part[1:] for part in parts)


def function_name(function: Function, layer: str, stage: str) -> str:
    """The name of a function in the account: that of its layer, the stage, and its own.

    Raises UnsupportedByEngine if it is longer than Lambda takes.
    """
    words = (re.sub(r"[^A-Za-z0-9_-]+", "-", word) for word in (layer, stage, function.name))
    name = "-".join(filter(None, words))
    if len(name) > LONGEST_FUNCTION_NAME:
        raise UnsupportedByEngine(
            f"the name {name!r} of a function is longer than the {LONGEST_FUNCTION_NAME} "
            "characters that AWS Lambda takes",
            where=Place(note=function.declared_at),
            fix="give the function, the layer or the stage a shorter name",
        )
    return name


def dead_letters_name(function: str) -> str:
    """The name of the queue of a function's dead letters. function: its name in the account."""
    return f"{function}-dead-letters"
