"""Cursor: a place in the tokens, and how types are passed over."""

from __future__ import annotations

from collections.abc import Sequence

from .tokens import NotTypeScript, Token

_OPENING = {"(": ")", "[": "]", "{": "}"}
_TYPE_WORDS = frozenset(
    {"keyof", "typeof", "readonly", "infer", "extends", "is", "asserts", "unique", "in", "new"}
)


class Cursor:
    """Reads tokens one after the other."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.position = 0

    @property
    def now(self) -> Token:
        """The token that is next."""
        return self.tokens[min(self.position, len(self.tokens) - 1)]

    def ahead(self, count: int = 1) -> Token:
        """A later token."""
        return self.tokens[min(self.position + count, len(self.tokens) - 1)]

    def take(self) -> Token:
        """The next token, which is then passed."""
        token = self.now
        self.position += 1
        return token

    def at(self, *texts: str) -> bool:
        """Whether the next token is one of these signs or words."""
        return self.now.kind in ("sign", "name") and self.now.text in texts

    def skip(self, *texts: str) -> bool:
        """Pass the next token if it is one of these."""
        found = self.at(*texts)
        self.position += found
        return found

    def expect(self, text: str) -> Token:
        """Pass a sign that must be next.

        Raises NotTypeScript if it is not.
        """
        if not self.at(text):
            raise NotTypeScript(f"{text!r} is expected, not {self.now.text!r}", self.now.line)
        return self.take()

    def pass_group(self) -> None:
        """Pass a bracket with all that is in it."""
        close = [_OPENING[self.take().text]]
        while close and self.now.kind != "end":
            token = self.take()
            if token.kind == "sign" and token.text in _OPENING:
                close.append(_OPENING[token.text])
            elif token.kind == "sign" and token.text == close[-1]:
                close.pop()

    def pass_statement(self) -> None:
        """Pass what is left of a statement: to its semicolon, its block, or the end of its line."""
        while self.now.kind != "end" and not self.at("}"):
            if self.at("{"):
                self.pass_group()
                return
            if self.at(*_OPENING):
                self.pass_group()
            elif self.take().text == ";" or (self.now.starts_line and not self.at("{", ".", "?")):
                return

    def pass_type_arguments(self) -> bool:
        """Pass `<…>` if it stands here as the types of a call, and say whether it did."""
        if not self.at("<"):
            return False
        start, depth = self.position, 0
        while self.now.kind != "end":
            token = self.take()
            if token.kind == "sign" and token.text in _OPENING:
                self.position -= 1
                self.pass_group()
            elif token.text in ("<", ">") and token.kind == "sign":
                depth += 1 if token.text == "<" else -1
                if depth == 0:
                    return True
            elif token.text in (";", "&&", "||", "=", "+"):
                break
        self.position = start
        return False

    def pass_type(self) -> None:
        """Pass a type: `: Map<string, Props[]> | undefined`, up to what cannot be one."""
        wants = True  # a type, rather than a sign between two
        while self.now.kind != "end":
            if self.at("|", "&", ".", "=>", *_TYPE_WORDS):
                self.take()
                wants = True
            elif self.at("<") and not wants:
                if not self.pass_type_arguments():
                    return
            elif self.at("[") and not wants:
                self.pass_group()
            elif wants and self.at(*_OPENING):
                self.pass_group()
                wants = False
            elif wants and self.now.kind in ("name", "string", "number", "template"):
                self.take()
                wants = False
            else:
                return
