"""What SQL of the caller's own may leave behind on its connection, beyond its transaction.

A connection of our own is closed after it. Behind a pooler the session is another caller's next: it
is refused, by name.
"""

from __future__ import annotations

import re
from collections.abc import Set

from ....errors import Place, UnsupportedByEngine
from .harmless import are_harmless

LOCAL_SETTING = "set_config(…, true)"
"""A setting that ends with its transaction: the only one that poolers allow."""

STAGING = "temporary table, which copy_in() needs for this table"
"""A temporary table that is dropped with its transaction, by us."""

_SETTING = "set_config(…, false)"
_TEMPORARY = "a temporary table"
_LOCKS = (
    *("pg_advisory_lock", "pg_advisory_lock_shared"),
    *("pg_try_advisory_lock", "pg_try_advisory_lock_shared"),
)
_NAMES = {
    **dict.fromkeys(("TEMP", "TEMPORARY", "PG_TEMP"), _TEMPORARY),
    **{lock.upper(): lock for lock in _LOCKS},
    **{word: f"what {word} may leave behind" for word in ("DO", "CALL")},
}
_UNSEEN = frozenset({"DO", "CALL"})
"""First words of statements that run others, which are not seen here."""

_UNKNOWN = "what a function may leave behind"
_ESCAPED_NAME = re.compile(r'\bu&"', re.IGNORECASE)
_LOCAL = re.compile(r"\bset_config\s*\([^()]*,\s*true\s*\)", re.IGNORECASE)
_FIXES = {
    LOCAL_SETTING: "call it in `with db.session() as session:`, which is one transaction",
    _SETTING: "call set_config(…, true) in `with db.session() as session:`",
    STAGING: "write with put_many(…), or connect to the server itself",
    _TEMPORARY: "use a common table expression (WITH), or connect to the server itself",
    **dict.fromkeys(_LOCKS, "use session.lock(…), which ends with the transaction"),
}


def left_behind(sql: str, words: Set[str], calls: Set[str], first: str) -> tuple[str, ...]:
    """The names of what a statement may leave behind. words: in upper case, without quoted ones.
    calls: the names before brackets."""
    words = words | {name.upper() for name in calls}
    found = {_NAMES[word] for word in words & _NAMES.keys() if word not in _UNSEEN or word == first}
    text = sql.casefold()
    if "set_config" in text:
        is_local = len(_LOCAL.findall(sql)) == text.count("set_config")
        found.add(LOCAL_SETTING if is_local else _SETTING)
    if ("UPDATE" in words and "pg_settings" in text) or _ESCAPED_NAME.search(sql):
        found.add(_SETTING)
    if "pg_temp" in text:
        found.add(_TEMPORARY)
    if not are_harmless(calls - {"set_config"}):
        found.add(_UNKNOWN)
    return tuple(sorted(found))


def outlives(left: tuple[str, ...]) -> bool:
    """Whether any of it is still there after the transaction."""
    return any(name not in (LOCAL_SETTING, STAGING) for name in left)


def check_shared(left: tuple[str, ...], where: Place, *, in_transaction: bool) -> None:
    """Refuse what a session that others use cannot have.

    Raises UnsupportedByEngine, with its name.
    """
    for name in left:
        if name in _FIXES and not (in_transaction and name == LOCAL_SETTING):
            raise UnsupportedByEngine(
                f"behind a pooler there is no {name}: the session is another caller's next",
                where=where,
                fix=_FIXES[name],
            )
