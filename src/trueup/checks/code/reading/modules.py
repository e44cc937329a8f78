"""Modules: the files of a project as syntax trees, and which of them an import means."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass as standard_dataclass
from pathlib import PurePosixPath


# Identity: two files may have equal text.
@standard_dataclass(frozen=True, eq=False)
class Module:
    """A file.

    parts: its dotted name from the root that was named, `app`, `settings`.
    is_about_dynamodb: whether its text has a word that only such code has.
    """

    file: str
    parts: tuple[str, ...]
    tree: ast.Module
    is_package: bool = False
    language: str = "python"
    is_about_dynamodb: bool = True


_WORDS = re.compile(
    r"\b(aio)?boto(3|core)\b|\baiobotocore\b|\bpynamodb\b|\btrueup\b|aws[_-]cdk|aws[_-]dynamodb"
    r"|\b(put|get|update|delete)_item\(|\bbatch_writer\(|\btransact_(get|write)_items\("
    r"|\bTableName\b|\bKeyConditionExpression\b|\bNewImage\b|\bDynamoDB(Client|ServiceResource)\b"
)


def is_about_dynamodb(text: str) -> bool:
    """Whether a text has a word that code which uses tables has."""
    return _WORDS.search(text) is not None


def parts_of(file: str) -> tuple[tuple[str, ...], bool]:
    """The dotted name of a file, and whether it is a package's own."""
    path = PurePosixPath(file)
    parts = (*path.parts[:-1], path.name.split(".")[0])
    return (parts[:-1], True) if parts[-1] == "__init__" else (parts, False)


class Modules:
    """The modules of a project, found by the end of their names: roots of imports are not known."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.all = tuple(modules)
        self._by_end: dict[str, list[Module]] = {}
        for module in self.all:
            if module.parts:
                self._by_end.setdefault(module.parts[-1], []).append(module)

    def relevant(self) -> set[Module]:
        """The modules about DynamoDB, and those that import them, directly or not."""
        importers: dict[Module, set[Module]] = {}
        for module in self.all:
            for imported in self._imports(module):
                importers.setdefault(imported, set()).add(module)
        found: set[Module] = set()
        ahead = [module for module in self.all if module.is_about_dynamodb]
        while ahead:
            module = ahead.pop()
            if module not in found:
                found.add(module)
                ahead += importers.get(module, ())
        return found

    def _imports(self, module: Module) -> set[Module]:
        found: set[Module | None] = set()
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                found |= {self.find(alias.name.split("."), module) for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = node.module.split(".") if node.module else []
                for name in (base, *([*base, alias.name] for alias in node.names)):
                    found.add(
                        self.relative(node.level, name, module)
                        if node.level
                        else self.find(name, module)
                    )
        return {one for one in found if one is not None and one is not module}

    def find(self, name: Sequence[str], importer: Module) -> Module | None:
        """The module of a dotted name; of several, the one nearest to the importer."""
        wanted = tuple(name)
        found = [
            module
            for module in (self._by_end.get(wanted[-1], ()) if wanted else ())
            if module.parts[-len(wanted) :] == wanted and module.language == importer.language
        ]
        return max(found, key=lambda one: _nearness(one, importer), default=None)

    def relative(self, level: int, name: Sequence[str], importer: Module) -> Module | None:
        """The module of `from ..name import x`."""
        up = level - 1 if importer.is_package else level
        base = importer.parts[: len(importer.parts) - up] if up else importer.parts
        wanted = (*base, *name)
        found = self._by_end.get(wanted[-1], ()) if wanted else ()
        exact = (one for one in found if one.parts == wanted and one.language == importer.language)
        return next(exact, None)


def _nearness(module: Module, importer: Module) -> tuple[int, int]:
    shared = 0
    for ours, theirs in zip(module.parts, importer.parts, strict=False):
        if ours != theirs:
            break
        shared += 1
    return shared, -len(module.parts)
