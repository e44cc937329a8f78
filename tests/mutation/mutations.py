"""Single mutations of a module: each changes one place of its text, and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
# What a statement may be to be left out; docstrings and imports are not among them.
_DELETABLE = (ast.Assign, ast.AugAssign, ast.Delete, ast.Expr, ast.Raise)


@dataclass(frozen=True, slots=True)
class Mutation:
    """The characters from `start` to `end` of a module's text become `text`."""

    kind: str
    line: int
    start: int
    end: int
    text: str

    def apply(self, source: str) -> str:
        """The mutated text of the module."""
        return source[: self.start] + self.text + source[self.end :]

    def describe(self, source: str) -> str:
        """One line for people: the line it is in, and what stands at its place now."""
        lines = source.splitlines()
        return f"{self.kind}: {lines[self.line - 1].strip()} -> {self.text.strip() or 'nothing'}"


def find_mutations(source: str) -> list[Mutation]:
    """Every mutation of a module, in the order of its text."""
    tree = ast.parse(source)
    places = _Places(source)
    found = [mutation for node in _code(tree) for mutation in _mutations(node, places)]
    return sorted(found, key=lambda mutation: (mutation.start, mutation.end, mutation.text))


def _code(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes that run inside functions, annotations left out."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for statement in function.body:
                yield from _without_annotations(statement)


def _without_annotations(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return  # `_code` comes to it by itself
    yield node
    for name, value in ast.iter_fields(node):
        if name == "annotation":
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _without_annotations(child)


def _mutations(node: ast.AST, places: _Places) -> Iterator[Mutation]:
    match node:
        case ast.Compare(ops=[operator], left=left, comparators=[right]):
            start, end = places.end(left), places.start(right)
            gap = places.source[start:end]
            if "(" not in gap and ")" not in gap:
                text = f" {_COMPARISONS[type(operator)]} "
                yield Mutation("comparison", node.lineno, start, end, text)
        case ast.BoolOp(op=operator, values=values):
            text = " or " if isinstance(operator, ast.And) else " and "
            for left, right in pairwise(values):
                start, end = places.end(left), places.start(right)
                if places.source[start:end].strip() in ("and", "or"):
                    yield Mutation("and/or", node.lineno, start, end, text)
        case ast.UnaryOp(op=ast.Not()):
            start = places.start(node)
            yield Mutation("not", node.lineno, start, start + len("not "), "")
        case ast.Constant(value=bool() as value):
            yield places.replaced("constant", node, str(not value))
        case ast.Constant(value=int() as value):
            yield places.replaced("constant", node, str(value + 1))
        case ast.Expr(value=ast.Constant() | ast.Yield()):
            return
        case ast.Expr(value=ast.Await() | ast.YieldFrom() | ast.Call()) | ast.Assign():
            yield places.replaced("statement", node, "pass")
        case ast.stmt() if isinstance(node, _DELETABLE):
            yield places.replaced("statement", node, "pass")


class _Places:
    """Where the nodes of a module stand in its text, in characters."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._lines = source.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def start(self, node: ast.expr | ast.stmt) -> int:
        """The first character of a node."""
        return self._position(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        """The character after the last one of a node."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._position(node.end_lineno, node.end_col_offset)

    def replaced(self, kind: str, node: ast.expr | ast.stmt, text: str) -> Mutation:
        """The mutation that puts `text` in the place of a whole node."""
        return Mutation(kind, node.lineno, self.start(node), self.end(node), text)

    def _position(self, line: int, utf8_offset: int) -> int:
        before = self._lines[line - 1].encode()[:utf8_offset].decode()
        return self._starts[line - 1] + len(before)
