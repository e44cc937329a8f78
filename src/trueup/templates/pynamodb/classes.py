"""Classes in source text, with what they inherit: models and indexes of PynamoDB are among them.

Source: https://pynamodb.readthedocs.io/en/stable/api.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..._dataclass import dataclass
from ...errors import DeclarationError, ErrorCode, Place
from ...lifecycle.files import read_regular

_MODEL = "Model"
_MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Assigned:
    """A value of a class: an attribute, or one of its Meta. file, line: where it is said."""

    value: ast.expr
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Declared:
    """A class. own: its assignments, and those of its Meta."""

    name: str
    bases: Sequence[str]
    own: Mapping[str, Assigned]
    meta: Mapping[str, Assigned]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """The classes of some files, and the constants of their modules, by name."""

    classes: Sequence[Declared]
    constants: Mapping[str, ast.expr]

    def named(self, name: str, file: str) -> Declared | None:
        """The class that a name means in a file: its own, else that of another file."""
        found = [one for one in self.classes if one.name == name]
        return next((one for one in found if one.file == file), found[0] if found else None)

    def models(self) -> list[Declared]:
        """The models with a name of a table, in the order in which they stand."""
        return [
            one
            for one in self.classes
            if self.derives(one, _MODEL) and "table_name" in self.meta(one)
        ]

    def derives(self, one: Declared, base: str) -> bool:
        """Whether a class derives from one of this name, which may be imported."""
        return any(base in (*each.bases, each.name) for each in self._lineage(one))

    def assigned(self, one: Declared) -> Mapping[str, Assigned]:
        """What a class assigns, what it inherits first."""
        return {
            name: value for each in reversed(self._lineage(one)) for name, value in each.own.items()
        }

    def meta(self, one: Declared) -> Mapping[str, Assigned]:
        """What its Meta assigns. A Meta of its own inherits nothing, unless it says so."""
        return next((each.meta for each in self._lineage(one) if each.meta), {})

    def text(self, value: ast.expr | None) -> str:
        """A text: a literal, a constant of a module, or the default of a variable; empty if it is
        none of these."""
        match value:
            case ast.Constant(value=str() as said):
                return said
            case ast.Name(id=name) if name in self.constants:
                known = self.constants[name]
                return "" if isinstance(known, ast.Name) else self.text(known)
            case ast.Call(func=ast.Attribute(attr="getenv" | "get"), args=[_, default]):
                return self.text(default)
            case _:
                return ""

    def _lineage(self, one: Declared) -> list[Declared]:
        """The class and those that it derives from, as far as they are here."""
        found = [one]
        for each in found:
            others = [self.named(base, each.file) for base in each.bases]
            found += [other for other in others if other is not None and other not in found]
        return found


def read_source(path: Path) -> Source:
    """The classes in a file, or in the files below a folder.

    Raises DeclarationError (invalid-template) for a file that cannot be read.
    """
    classes: list[Declared] = []
    constants: dict[str, ast.expr] = {}
    for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
        for statement in _parsed(file).body:
            if isinstance(statement, ast.ClassDef):
                classes.append(_declared(statement, str(file)))
            else:
                constants |= dict(_assignments(statement))
    return Source(classes, constants)


def _declared(found: ast.ClassDef, file: str) -> Declared:
    meta = next(
        (one for one in found.body if isinstance(one, ast.ClassDef) and one.name == "Meta"), None
    )
    bases = [_last_name(base) for base in found.bases]
    return Declared(
        found.name,
        [base for base in bases if base],
        _assigned(found, file),
        _assigned(meta, file) if meta else {},
        file,
        found.lineno,
    )


def _assigned(body: ast.ClassDef, file: str) -> Mapping[str, Assigned]:
    return {
        name: Assigned(value, file, statement.lineno)
        for statement in body.body
        for name, value in _assignments(statement)
    }


def _assignments(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value


def _last_name(node: ast.expr) -> str:
    """`Model` of `Model`, `models.Model` and `Model[T]`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _last_name(value)
        case _:
            return ""


def called(node: ast.expr) -> str:
    """The name of the class that an expression makes an instance of; empty if it makes none."""
    return _last_name(node.func) if isinstance(node, ast.Call) else ""


def options(node: ast.expr) -> Mapping[str, ast.expr]:
    """The keywords of a call."""
    keywords = node.keywords if isinstance(node, ast.Call) else ()
    return {one.arg: one.value for one in keywords if one.arg}


def is_true(node: ast.expr | None) -> bool:
    """Whether an expression is the literal True."""
    return isinstance(node, ast.Constant) and node.value is True


def _parsed(file: Path) -> ast.Module:
    try:
        return ast.parse(read_regular(file, _MOST_BYTES))
    except SyntaxError as error:
        raise refused(f"{file}:{error.lineno or 1}", "it is no Python") from error
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        raise refused(str(file), "it cannot be read") from error


def refused(place: str, what: str) -> DeclarationError:
    """The error for source text that tells no table."""
    return DeclarationError(
        f"the classes cannot be adopted: {what}",
        where=Place(note=place),
        fix="correct the file, or name the one with the models",
        code=ErrorCode.INVALID_TEMPLATE,
    )
