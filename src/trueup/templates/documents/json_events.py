"""The events of a JSON text, with lines, which the standard parser does not tell.

Source: https://www.rfc-editor.org/rfc/rfc8259
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from .nodes import End, Event, Malformed, Scalar, Scalars, Start

_TOKEN = re.compile(
    r'[ \t\r\n]*(?:(?P<mark>[\[\]{},:])|(?P<text>"(?:[^"\\\x00-\x1f]|\\.)*")'
    r"|(?P<word>[-+.0-9A-Za-z]+)|(?P<end>\Z))"
)
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def json_events(text: str) -> Iterator[Event]:
    """The events of a text that holds one value. Raises Malformed."""
    opened: list[str] = []
    wanted = "value"  # or "key", "colon", "more"; each "or end" after a bracket that just opened
    line = 1
    for kind, token, line in _tokens(text):
        if kind == "end":
            break
        if token in ("{", "["):
            _expect(wanted, ("value", "value or end"), token, line)
            opened.append(token)
            yield Start(token == "{", line)
            wanted = "key or end" if token == "{" else "value or end"
        elif token in ("}", "]"):
            _expect(wanted, ("more", "key or end", "value or end"), token, line)
            if not opened or opened.pop() != {"}": "{", "]": "["}[token]:
                raise Malformed(f"{token} closes nothing", line)
            yield End()
            wanted = "more"
        elif token == ",":
            if not opened:
                raise Malformed("there is something after the end", line)
            _expect(wanted, ("more",), token, line)
            wanted = "key" if opened[-1] == "{" else "value"
        elif token == ":":
            _expect(wanted, ("colon",), token, line)
            wanted = "value"
        elif wanted in ("key", "key or end"):
            if kind != "text":
                raise Malformed("a key is no text", line)
            yield _scalar(kind, token, line)
            wanted = "colon"
        else:
            _expect(wanted, ("value", "value or end"), token[:20], line)
            yield _scalar(kind, token, line)
            wanted = "more"
    if opened or wanted != "more":
        raise Malformed("the text ends too early", line)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Each token with its kind and its line."""
    position, line, counted = 0, 1, 0
    while True:
        found = _TOKEN.match(text, position)
        if found is None:
            position = re.compile(r"[ \t\r\n]*").match(text, position).end()  # type: ignore[union-attr]  # it matches nothing, too
            raise Malformed("this is no JSON", line + text.count("\n", counted, position))
        kind = found.lastgroup or ""
        begin = found.start(kind)
        line += text.count("\n", counted, begin)
        counted = begin
        yield kind, found[kind], line
        if kind == "end":
            return
        position = found.end()


def _expect(wanted: str, fitting: tuple[str, ...], token: str, line: int) -> None:
    if wanted not in fitting:
        raise Malformed(f"{token} stands where JSON wants {wanted}", line)


def _scalar(kind: str, token: str, line: int) -> Scalars:
    if kind == "text":
        try:
            read: str = json.loads(token)
        except ValueError:
            raise Malformed("a text has an escape that JSON has not", line) from None
        return Scalars(read, read, line)
    if token in _WORDS:
        return Scalars(_WORDS[token], token, line)
    if not _NUMBER.fullmatch(token):
        raise Malformed("this is no JSON", line)
    return Scalars(number_in(token), token, line)


def number_in(token: str) -> Scalar:
    """A number; as text, if no number of Python holds it exactly enough."""
    try:
        read: int | float = json.loads(token)
    except ValueError:  # more digits than Python converts
        return token
    return token if isinstance(read, float) and read in (float("inf"), -float("inf")) else read
