"""Tokens of TypeScript."""

from __future__ import annotations

import re

from ...._dataclass import dataclass

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<number>\d[\w.]*)
    |(?P<name>[A-Za-z_$#@][\w$]*)
    |(?P<sign>=>|\.\.\.|\?\.(?!\d)|\?\?=?|===|!==|==|!=|<=|>=|&&|\|\||\+\+|--|[+*/%&|^-]=|[{}()\[\];,<>=!?:.+*/%&|^~-])
    """,
    re.DOTALL | re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Token:
    """A token. kind: name, string, template, number, sign, end. starts_line: whether it is the
    first of its line, as a statement without a semicolon may be.

    parts: of a template, its texts and the tokens of what stands between them.
    """

    kind: str
    text: str
    line: int
    starts_line: bool = False
    parts: tuple[str | tuple[Token, ...], ...] = ()


class NotTypeScript(ValueError):
    """A text that is no TypeScript, or uses what is not read. line: where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def tokens_of(text: str, line: int = 1) -> list[Token]:
    """The tokens of a text, an end after them.

    Raises NotTypeScript if a character or a template is none.
    """
    found: list[Token] = []
    position, fresh = 0, True
    while position < len(text):
        if text[position] == "`":
            end, parts = _template(text, position, line)
            found.append(Token("template", text[position:end], line, fresh, parts))
            line += text.count("\n", position, end)
            position, fresh = end, False
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            raise NotTypeScript(f"{text[position]!r} is not expected", line)
        kind, content = match.lastgroup or "", match.group()
        if kind == "space":
            fresh = fresh or "\n" in content
        else:
            shown = _unescaped(content[1:-1]) if kind == "string" else content
            found.append(Token(kind, shown, line, fresh))
            fresh = False
        line += content.count("\n")
        position = match.end()
    return [*found, Token("end", "", line, starts_line=True)]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text, flags=re.DOTALL)


def _template(text: str, start: int, line: int) -> tuple[int, tuple[str | tuple[Token, ...], ...]]:
    parts: list[str | tuple[Token, ...]] = []
    position = piece = start + 1
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text[position] == "`":
            parts.append(_unescaped(text[piece:position]))
            return position + 1, tuple(parts)
        elif text.startswith("${", position):
            parts.append(_unescaped(text[piece:position]))
            end = _closing(text, position + 2, line)
            inner = line + text.count("\n", start, position)
            parts.append(tuple(tokens_of(text[position + 2 : end], inner)))
            position = piece = end + 1
        else:
            position += 1
    raise NotTypeScript("a template has no end", line)


def _closing(text: str, position: int, line: int) -> int:
    """The place of the brace that closes an expression within a template."""
    depth = 0
    while position < len(text):
        sign = text[position]
        if sign == "`":
            position, _ = _template(text, position, line)
            continue
        if sign == "}" and depth == 0:
            return position
        depth += (sign == "{") - (sign == "}")
        position += 1
    raise NotTypeScript("a template has no end", line)
