"""What stands around a call: retries of the caller's own, and the rest of a batch that is sent."""

from __future__ import annotations

import ast
from functools import lru_cache

_RETRIES = frozenset({"retry", "on_exception", "on_predicate", "backoff", "tenacity", "stamina"})
_PAUSES = frozenset({"sleep", "wait"})
_UNPROCESSED = frozenset({"UnprocessedItems", "UnprocessedKeys"})


@lru_cache(maxsize=4096)
def guards_of(node: ast.AST) -> frozenset[str]:
    """`retry` if it tries again, `unprocessed` if it reads what a batch has left."""
    found = set()
    if _is_retry(node):
        found.add("retry")
    for child in ast.walk(node):
        name = child.value if isinstance(child, ast.Constant) else getattr(child, "attr", None)
        if name in _UNPROCESSED:
            found.add("unprocessed")
    return frozenset(found)


def _is_retry(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return any(
            getattr(part, "id", getattr(part, "attr", "")) in _RETRIES
            for decorator in node.decorator_list
            for part in ast.walk(decorator)
        )
    if not isinstance(node, ast.For | ast.AsyncFor | ast.While):
        return False
    children = [child for child in ast.walk(node) if child is not node]
    catches = any(isinstance(one, ast.Try) and one.handlers for one in children)
    pauses = any(
        isinstance(one, ast.Call)
        and getattr(one.func, "attr", getattr(one.func, "id", "")) in _PAUSES
        for one in children
    )
    return catches and pauses
