"""Expressions of TypeScript as those of Python that have the same values."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from typing import Any, TypeVar

from .cursor import Cursor
from .tokens import NotTypeScript, Token

Node = TypeVar("Node", bound=ast.AST)
_STRENGTHS = (
    ("??", "||"),
    ("&&",),
    ("|", "^", "&"),
    ("==", "!=", "===", "!=="),
    ("<", ">", "<=", ">=", "instanceof", "in"),
    ("+", "-"),
    ("*", "/", "%"),
)
_BINARY = {sign: number for number, signs in enumerate(_STRENGTHS, 1) for sign in signs}
_CONSTANTS: dict[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    "undefined": None,
}
_ASSIGNMENTS = ("=", "+=", "-=", "*=", "/=", "??=", "||=", "&&=")


class Expressions(ABC):
    """Reads expressions. Functions with a block are left to what reads statements."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor

    @abstractmethod
    def function(self, parameters: ast.arguments, line: int) -> ast.expr:
        """A function whose block is next, defined before the statement; its name."""

    @abstractmethod
    def parameters(self) -> ast.arguments:
        """Parameters in brackets, which are next."""

    def expression(self) -> ast.expr:
        """An expression, up to a comma or what cannot belong to it."""
        if (arrow := self._arrow()) is not None:
            return arrow
        left = self._conditional()
        if self.cursor.at(*_ASSIGNMENTS):
            line = self.cursor.take().line
            return placed(Assigned(left, self.expression()), line)
        return left

    def _conditional(self) -> ast.expr:
        test = self._binary(0)
        if not self.cursor.at("?"):
            return test
        line = self.cursor.take().line
        body = self.expression()
        self.cursor.expect(":")
        return placed(ast.IfExp(test, body, self.expression()), line)

    def _binary(self, least: int) -> ast.expr:
        left = self._unary()
        while True:
            sign = self.cursor.now
            if self.cursor.skip("as", "satisfies"):
                self.cursor.skip("const")
                self.cursor.pass_type()
                continue
            strength = _BINARY.get(sign.text, 0) if sign.kind in ("sign", "name") else 0
            if strength <= least:
                return left
            self.cursor.take()
            left = placed(_joined(sign.text, left, self._binary(strength)), sign.line)

    def _unary(self) -> ast.expr:
        token = self.cursor.now
        if self.cursor.skip("!"):
            return placed(ast.UnaryOp(ast.Not(), self._unary()), token.line)
        if self.cursor.skip("await", "typeof", "void", "delete", "-", "+", "++", "--"):
            return self._unary()
        if self.cursor.at("<") and self.cursor.pass_type_arguments():
            return self._unary()
        return self._postfix(self._primary())

    def _postfix(self, value: ast.expr) -> ast.expr:
        while True:
            token = self.cursor.now
            if self.cursor.skip(".", "?."):
                if self.cursor.at("(", "["):
                    continue
                name = self.cursor.take().text
                value = placed(ast.Attribute(value, name, ast.Load()), token.line)
            elif self.cursor.at("("):
                value = self._call(value, token.line)
            elif self.cursor.at("[") and not token.starts_line:
                self.cursor.take()
                index = self.expression()
                self.cursor.expect("]")
                value = placed(ast.Subscript(value, index, ast.Load()), token.line)
            elif (
                self.cursor.at("!") and not token.starts_line and self.cursor.ahead().text != "="
            ) or self.cursor.at("++", "--"):
                self.cursor.take()
            elif not (self.cursor.at("<") and self._is_generic_call()):
                return value

    def _is_generic_call(self) -> bool:
        start = self.cursor.position
        if self.cursor.pass_type_arguments() and self.cursor.at("("):
            return True
        self.cursor.position = start
        return False

    def _call(self, function: ast.expr, line: int) -> ast.expr:
        self.cursor.expect("(")
        arguments = self._list(")")
        return placed(ast.Call(function, arguments, []), line)

    def _list(self, close: str) -> list[ast.expr]:
        found: list[ast.expr] = []
        while not self.cursor.skip(close):
            if self.cursor.now.kind == "end":
                raise NotTypeScript(f"{close!r} is missing", self.cursor.now.line)
            if self.cursor.skip(","):
                continue
            line = self.cursor.now.line
            is_spread = self.cursor.skip("...")
            value = self.expression()
            found.append(placed(ast.Starred(value, ast.Load()), line) if is_spread else value)
        return found

    def _primary(self) -> ast.expr:
        token = self.cursor.take()
        match token.kind, token.text:
            case "string" | "number", text:
                return placed(ast.Constant(text), token.line)
            case "template", _:
                return self._template(token)
            case "name", "new":
                return self._new(token.line)
            case "name", "function":
                if self.cursor.now.kind == "name":
                    self.cursor.take()
                return self.function(self.parameters(), token.line)
            case "name", "async":
                return self.expression()
            case "name", text if text in _CONSTANTS:
                return placed(ast.Constant(_CONSTANTS[text]), token.line)
            case "name", text:
                name = "self" if text == "this" else text
                return placed(ast.Name(name, ast.Load()), token.line)
            case "sign", "(":
                inner = self.expression()
                self.cursor.expect(")")
                return inner
            case "sign", "[":
                return placed(ast.List(self._list("]"), ast.Load()), token.line)
            case "sign", "{":
                return self._object(token.line)
            case _:
                raise NotTypeScript(f"{token.text!r} is not expected", token.line)

    def _new(self, line: int) -> ast.expr:
        value = self._primary()
        while self.cursor.skip("."):
            value = placed(ast.Attribute(value, self.cursor.take().text, ast.Load()), line)
        self.cursor.pass_type_arguments()
        if self.cursor.at("("):
            return self._call(value, line)
        return placed(ast.Call(value, [], []), line)

    def _template(self, token: Token) -> ast.expr:
        values: list[ast.expr] = []
        for part in token.parts:
            if isinstance(part, str):
                values.append(placed(ast.Constant(part), token.line))
            else:
                inner = type(self)(Cursor(part)).expression()
                values.append(placed(ast.FormattedValue(inner, -1), token.line))
        return placed(ast.JoinedStr(values), token.line)

    def _object(self, line: int) -> ast.expr:
        keys: list[ast.expr | None] = []
        values: list[ast.expr] = []
        while not self.cursor.skip("}"):
            if self.cursor.now.kind == "end":
                raise NotTypeScript("'}' is missing", self.cursor.now.line)
            if self.cursor.skip(","):
                continue
            if self.cursor.skip("..."):
                keys.append(None)
                values.append(self.expression())
                continue
            key, value = self._entry()
            keys.append(key)
            values.append(value)
        return placed(ast.Dict(keys, values), line)

    def _entry(self) -> tuple[ast.expr, ast.expr]:
        token = self.cursor.take()
        key: ast.expr = placed(ast.Constant(token.text), token.line)
        if token.kind == "sign" and token.text == "[":
            key = self.expression()
            self.cursor.expect("]")
        if self.cursor.skip(":"):
            return key, self.expression()
        if self.cursor.at("("):
            return key, self.function(self.parameters(), token.line)
        return key, placed(ast.Name(token.text, ast.Load()), token.line)

    def _arrow(self) -> ast.expr | None:
        """`x => …` or `(x: T): U => …`, if that is what stands here."""
        start, line = self.cursor.position, self.cursor.now.line
        self.cursor.skip("async")
        if self.cursor.now.kind == "name" and self.cursor.ahead().text == "=>":
            parameters = arguments_of([self.cursor.take().text])
        elif self.cursor.at("(") and self._is_arrow():
            parameters = self.parameters()
            if self.cursor.skip(":"):
                self._pass_return_type()
        else:
            self.cursor.position = start
            return None
        self.cursor.expect("=>")
        if self.cursor.at("{"):
            return self.function(parameters, line)
        return placed(ast.Lambda(parameters, self.expression()), line)

    def _is_arrow(self) -> bool:
        start = self.cursor.position
        self.cursor.pass_group()
        if self.cursor.skip(":"):
            self._pass_return_type()
        found = self.cursor.at("=>")
        self.cursor.position = start
        return found

    def _pass_return_type(self) -> None:
        while self.cursor.now.kind != "end" and not self.cursor.at("=>", ";", "{", ")", ",", "}"):
            if self.cursor.at("<") and self.cursor.pass_type_arguments():
                continue
            if self.cursor.at("[", "("):
                self.cursor.pass_group()
            else:
                self.cursor.take()


class Assigned(ast.NamedExpr):
    """`a.b = c` as an expression; the target may be any that can be assigned."""

    def __init__(self, target: ast.expr, value: ast.expr) -> None:
        name: Any = target  # an attribute as well, in TypeScript
        super().__init__(name, value)


def placed(node: Node, line: int) -> Node:
    """A node with its line."""
    made: Any = node  # not every node has a place
    made.lineno = made.end_lineno = line
    made.col_offset = made.end_col_offset = 0
    return node


def arguments_of(names: list[str]) -> ast.arguments:
    """Parameters without defaults."""
    found = [placed(ast.arg(name), 1) for name in names]
    return ast.arguments([], found, None, [], [], None, [])


def _joined(sign: str, left: ast.expr, right: ast.expr) -> ast.expr:
    match sign:
        case "||" | "??":
            return ast.BoolOp(ast.Or(), [left, right])
        case "&&":
            return ast.BoolOp(ast.And(), [left, right])
        case "==" | "===":
            return ast.Compare(left, [ast.Eq()], [right])
        case "!=" | "!==":
            return ast.Compare(left, [ast.NotEq()], [right])
        case "+":
            return ast.BinOp(left, ast.Add(), right)
        case _:
            return ast.Compare(left, [ast.Lt()], [right])
