"""Audit: everything that was read of a folder, before it is judged."""

from __future__ import annotations

from pathlib import Path

from ..._dataclass import dataclass
from .cloudformation import is_template, tables_in
from .files import ENDINGS, TEMPLATES, Unread, files_below, parsed, read_text
from .reading.findings import Findings
from .reading.interpreter import Interpreter
from .reading.modules import Module, Modules
from .uses import Declared, Use


@dataclass(frozen=True, slots=True)
class Audit:
    """What a folder's code does and declares.

    uses: in the order of their places. unread: files, with the reason.
    """

    uses: tuple[Use, ...]
    declared: tuple[Declared, ...]
    found: Findings
    unread: tuple[Unread, ...]


def audit(root: Path) -> Audit:
    """Read the code below a folder. No code of it is run.

    Raises OSError if the folder is not there.
    """
    sources = _Sources()
    for path in files_below(root):
        shown = path.name if root.is_file() else path.relative_to(root).as_posix()
        sources.read(path, shown)
    if not sources.modules and not sources.unread:
        sources.unread.append(Unread("", "there is no code in Python or TypeScript"))
    found = follow(sources.modules)
    uses = sorted(found.uses, key=lambda use: (use.site.file, use.site.line))
    declared = (*found.declared, *sources.declared)
    return Audit(tuple(uses), declared, found, tuple(sources.unread))


class _Sources:
    """The files that were read so far."""

    def __init__(self) -> None:
        self.modules: list[Module] = []
        self.declared: list[Declared] = []
        self.unread: list[Unread] = []

    def read(self, path: Path, shown: str) -> None:
        """Read a file, if it is code or a template."""
        language = ENDINGS.get(path.suffix)
        if language is None and not path.name.endswith(TEMPLATES):
            return
        text = read_text(path, shown)
        if isinstance(text, Unread):
            if language is not None:
                self.unread.append(text)
        elif language is not None:
            module = parsed(text, shown, language)
            if isinstance(module, Unread):
                self.unread.append(module)
            else:
                self.modules.append(module)
        elif is_template(path, text):
            tables, unread = tables_in(path, shown)
            self.declared += tables
            self.unread += [unread] if unread else []


def follow(modules: list[Module]) -> Findings:
    """Follow modules, then the functions that no module calls."""
    interpreter = Interpreter(Modules(modules))
    interpreter.follow()
    return interpreter.found
