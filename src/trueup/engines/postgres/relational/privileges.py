"""Privileges as facts: whether a role has each that is declared, or that is declared as revoked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...._dataclass import dataclass
from ....model.declarations.relational import Grant, Relational
from ..values.names import column_name, quote

_KEY = re.compile(r"(?P<word>\w+)(?: \((?P<column>.*)\))?(?: on (?P<on>.*?))? for (?P<role>.*)")


@dataclass(frozen=True, slots=True)
class Privilege:
    """One privilege of one role. on: an object by its kind and name; empty for the table."""

    word: str
    role: str
    column: str = ""
    on: str = ""

    @property
    def key(self) -> str:
        """Its name among the facts: `SELECT (note) for reader`."""
        column = f" ({self.column})" if self.column else ""
        on = f" on {self.on}" if self.on else ""
        return f"{self.word}{column}{on} for {self.role}"

    def sql(self, table: str, *, is_granted: bool) -> str:
        """The statement that gives it, or takes it."""
        column = f" ({quote(self.column)})" if self.column else ""
        role = "PUBLIC" if self.role == "PUBLIC" else quote(self.role)
        verb, to = ("GRANT", "TO") if is_granted else ("REVOKE", "FROM")
        return f"{verb} {self.word}{column} ON {_target(self.on) or quote(table)} {to} {role}"


def privilege_of(key: str) -> Privilege:
    """The privilege of a name among the facts."""
    found = _KEY.fullmatch(key)
    assert found is not None, key
    return Privilege(found["word"], found["role"], found["column"] or "", found["on"] or "")


def privileges_of(settings: Relational) -> dict[str, bool]:
    """Whether each is granted, by its name."""
    return dict(_privileges(settings))


def _privileges(settings: Relational) -> Iterator[tuple[str, bool]]:
    for grant in settings.grants:
        is_granted = isinstance(grant, Grant)
        columns = [column_name(one) for one in grant.columns] if isinstance(grant, Grant) else []
        for word in grant.words:
            for column in columns or [""]:
                one = Privilege(word.upper(), grant.role, column, grant.on)
                yield one.key, is_granted


def _target(on: str) -> str:
    """An object as GRANT names it: a view is a table, and a function has its parameters' types."""
    if not on:
        return ""
    if on.startswith(("function ", "procedure ")):
        return on.upper().partition(" ")[0] + " " + on.partition(" ")[2]
    kind = next((one for one in ("materialized view", "view") if on.startswith(f"{one} ")), "")
    if kind:
        return quote(on.removeprefix(f"{kind} "))
    word, name = "TYPE", on.removeprefix("composite type ")
    if on.startswith(("domain ", "sequence ")):
        word, _, name = on.partition(" ")
    return f"{word.upper()} {quote(name)}"
