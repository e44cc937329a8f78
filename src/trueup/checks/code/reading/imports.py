"""Imports: the names that they bind, of the project's modules and of other packages."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from .frames import Frame
from .modules import Module, Modules
from .values import External, ModuleValue, Value, Values

Namespace = Callable[[Module], dict[str, Values]]


def bind_imports(
    node: ast.Import | ast.ImportFrom, frame: Frame, modules: Modules, namespace: Namespace
) -> None:
    """Bind the names of an import. namespace: the names of a module, which is then followed."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            parts = alias.name.split(".")
            name = parts if alias.asname else parts[:1]
            module = modules.find(name, frame.module)
            value: Value = ModuleValue(module) if module else External(".".join(name))
            frame.bind(alias.asname or parts[0], (value,))
        return
    base = node.module.split(".") if node.module else []
    for alias in node.names:
        values = _imported(_finder(node, frame, modules), base, alias.name, frame, namespace)
        frame.bind(alias.asname or alias.name, values)


def _finder(
    node: ast.ImportFrom, frame: Frame, modules: Modules
) -> Callable[[Sequence[str]], Module | None]:
    if node.level:
        return lambda parts: modules.relative(node.level, parts, frame.module)
    return lambda parts: modules.find(parts, frame.module)


def _imported(
    find: Callable[[Sequence[str]], Module | None],
    base: list[str],
    name: str,
    frame: Frame,
    namespace: Namespace,
) -> Values:
    module = find(base)
    if module is not None and module is not frame.module:
        found = namespace(module).get(name)
        if found is not None:
            return found
    inner = find([*base, name])
    if inner is not None and inner is not frame.module:
        return (ModuleValue(inner),)
    return (External(".".join([*base, name])),)
