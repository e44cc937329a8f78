"""The rules of migrations, asked of every file of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...migrations.files import read_branches
from ...migrations.statements import Dialect
from ..problem import Problem
from .rules import RULES
from .words import up_of


def migration_problems(folder: Path) -> Iterator[Problem]:
    """What will be regretted of the migrations of a folder, file by file, on their way up.

    Raises DeclarationError (migration-invalid) for a file that cannot be used.
    """
    for migration in read_branches(folder, Dialect.POSTGRES):
        way = up_of(migration)
        for rule, find in RULES.items():
            for statement, what in find(way):
                yield rule.problem(
                    what, file=str(migration.path), line=statement.line, of=migration.name
                )
