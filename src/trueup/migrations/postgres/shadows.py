"""Shadows: databases that proofs are made on, and that nothing else is in."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from typing import Protocol, TypeVar

from ...engines.postgres.login.urls import PostgresUrl
from ...errors import Blocked, ErrorCode, NeedsOperator, Place, TrueupError
from ..history import OWN, SHADOW_MARK
from ..port import Row, literal, named

_PREFIX = "trueup_shadow_"
_NO_RIGHT = "42501"


class Session(Protocol):
    """What is asked of a database and of its shadow."""

    major: str
    where: Place

    def query(self, sql: str) -> Sequence[Row]:
        """The rows of a query."""
        ...

    def run(self, statement: str) -> None:
        """Run a statement of ours."""

    def user(self) -> str:
        """The role."""
        ...

    def objects(self) -> Mapping[str, str]:
        """What the schema has."""
        ...

    def lock(self, timeout_s: float) -> AbstractContextManager[None]:
        """A block in which no other runner changes the database."""
        ...

    def close(self) -> None:
        """End the connection."""


S = TypeVar("S", bound=Session)


@contextmanager
def beside(database: Session, url: PostgresUrl, open_: Callable[[PostgresUrl], S]) -> Iterator[S]:
    """A database beside this one, with its encoding, its order of text, and its extensions as far
    as this role may create them. Those that killed runs left behind are dropped."""
    _drop_left_behind(database)
    name = f"{_PREFIX}{int(time.time()):d}_{secrets.token_hex(4)}"
    _create(database, name)
    try:
        made = open_(replace(url, database=name, is_of_environment=False))
        try:
            _add_extensions(database, made)
            yield made
        finally:
            made.close()
    finally:
        database.query(f"DROP DATABASE IF EXISTS {named(name)} WITH (FORCE)")


@contextmanager
def given(database: Session, url: PostgresUrl, open_: Callable[[PostgresUrl], S]) -> Iterator[S]:
    """A database that a person names. What a killed run left in it is cleared away first, and all
    that is made in it afterwards.

    Raises Blocked: (not-allowed) it is the database itself, or of another major version, or has
    what no proof made; (locked) another run proves on it.
    """
    shadow = open_(url)
    try:
        _check_other(database, shadow)
        with shadow.lock(0):
            _take(shadow)
            try:
                _add_extensions(database, shadow)
                yield shadow
            finally:
                with suppress(TrueupError):
                    _clear(shadow)
    finally:
        shadow.close()


def _check_other(database: Session, shadow: Session) -> None:
    if shadow.major != database.major:
        raise _refused(
            shadow,
            f"its server is PostgreSQL {shadow.major}, and that of the stage {database.major}",
            "give a server of the same major version: a proof is for one",
        )
    key = secrets.randbits(62)
    database.query(f"SELECT pg_advisory_lock({key:d})")
    try:
        is_other = shadow.query(f"SELECT pg_try_advisory_lock({key:d})")[0][0] is True
        shadow.query("SELECT pg_advisory_unlock_all()")
    finally:
        database.query(f"SELECT pg_advisory_unlock({key:d})")
    if not is_other:
        raise _refused(shadow, "it is the database itself", "give an empty one beside it")


def _take(shadow: Session) -> None:
    """Mark an empty database as a shadow, or clear one that is marked."""
    if shadow.query(f"SELECT to_regclass('{SHADOW_MARK}') IS NOT NULL")[0][0] is True:
        _clear(shadow)
    found = [name for name in _things(shadow) if not name.endswith(f".{SHADOW_MARK}")]
    if found:
        raise _refused(
            shadow,
            f"it is not empty: {', '.join(found[:3])}",
            "give an empty database; what it has may be somebody's",
        )
    shadow.run(
        f"CREATE TABLE IF NOT EXISTS {SHADOW_MARK} AS SELECT extname::text AS extension"
        " FROM pg_extension"
    )


def _things(shadow: Session) -> list[str]:
    """The objects that are there, and tables of ours."""
    own = shadow.query(
        "SELECT 'table ' || oid::regclass FROM pg_class WHERE relkind = 'r' AND relname IN ("
        + ", ".join(map(literal, OWN))
        + ")"
    )
    listed = [name for name in shadow.objects() if not name.startswith(("extension ", "priv"))]
    return [*listed, *(str(name) for (name,) in own if not str(name).endswith(SHADOW_MARK))]


_USERS = (
    "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM"
    " pg_depend AS e WHERE e.deptype = 'e' AND e.classid = '{0}'::regclass AND e.objid = o.oid)"
)
_DROPS = (
    "SELECT 'SCHEMA IF EXISTS ' || quote_ident(n.nspname) FROM pg_namespace AS n WHERE"
    " n.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> current_schema()",
    "SELECT CASE o.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN"
    " 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END"
    " || ' IF EXISTS ' || o.oid::regclass FROM pg_class AS o JOIN pg_namespace AS n"
    " ON n.oid = o.relnamespace WHERE o.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')"
    f" AND o.relname <> '{SHADOW_MARK}' AND {_USERS.format('pg_class')}",
    "SELECT 'ROUTINE IF EXISTS ' || o.oid::regprocedure FROM pg_proc AS o JOIN pg_namespace AS n"
    f" ON n.oid = o.pronamespace WHERE {_USERS.format('pg_proc')}",
    "SELECT 'TYPE IF EXISTS ' || o.oid::regtype FROM pg_type AS o JOIN pg_namespace AS n"
    f" ON n.oid = o.typnamespace WHERE o.typtype IN ('e', 'd', 'r') AND"
    f" {_USERS.format('pg_type')}",
    f"SELECT 'EXTENSION IF EXISTS ' || quote_ident(extname) FROM pg_extension WHERE extname"
    f" NOT IN (SELECT extension FROM {SHADOW_MARK})",
)
"""What a run has made in a shadow that it was given, kind by kind."""


def _clear(shadow: Session) -> None:
    for sql in _DROPS:
        for (target,) in shadow.query(sql):
            shadow.run(f"DROP {target} CASCADE")
    shadow.run(f"DROP TABLE IF EXISTS {SHADOW_MARK}")


def _add_extensions(database: Session, shadow: Session) -> None:
    for (extension,) in database.query("SELECT extname::text FROM pg_extension"):
        with suppress(TrueupError):
            shadow.run(f"CREATE EXTENSION IF NOT EXISTS {named(str(extension))}")


def _refused(shadow: Session, what: str, fix: str) -> Blocked:
    return Blocked(
        f"the database of --shadow-url is no shadow: {what}; nothing in it was changed",
        where=shadow.where,
        fix=fix,
        code=ErrorCode.NOT_ALLOWED,
    )


def _create(database: Session, name: str) -> None:
    provider = "datlocprovider" if int(database.major) >= 15 else "'c'::\"char\""
    locale = {"15": "daticulocale", "16": "daticulocale"}.get(
        database.major, "datlocale" if int(database.major) >= 17 else "NULL::text"
    )
    ((encoding, collate, ctype, kind, icu),) = database.query(
        f"SELECT pg_encoding_to_char(encoding)::text, datcollate::text, datctype::text,"
        f" {provider}::text, {locale} FROM pg_database WHERE datname = current_database()"
    )
    own = {"i": "LOCALE_PROVIDER icu ICU_LOCALE", "b": "LOCALE_PROVIDER builtin BUILTIN_LOCALE"}
    order = f" {own[kind]} {literal(str(icu))}" if kind in own else ""
    try:
        database.query(
            f"CREATE DATABASE {named(name)} TEMPLATE template0 ENCODING {literal(encoding)}"
            f" LC_COLLATE {literal(collate)} LC_CTYPE {literal(ctype)}{order}"
        )
    except NeedsOperator as error:
        if error.native != _NO_RIGHT:
            raise
    else:
        return
    raise NeedsOperator(
        f"the role {database.user()} may not create the shadow database that proofs are made on",
        where=database.where,
        fix="ALTER ROLE … CREATEDB; or name an empty database of a server of the same major "
        "version by --shadow-url; or prove elsewhere: the proofs are in migrations/proofs.json, "
        "and go with the files",
        code=ErrorCode.ACCESS_DENIED,
        native=_NO_RIGHT,
    )


def _drop_left_behind(database: Session) -> None:
    """Drop shadows of runs that are gone: older than a minute, and nobody is connected."""
    rows = database.query(
        "SELECT datname::text FROM pg_database AS d WHERE starts_with(datname, "
        f"{literal(_PREFIX)}) AND pg_has_role(datdba, 'USAGE') AND NOT EXISTS"
        " (SELECT FROM pg_stat_activity AS a WHERE a.datid = d.oid)"
    )
    for (name,) in rows:
        begun = str(name).removeprefix(_PREFIX).partition("_")[0]
        if begun.isdigit() and int(begun) < time.time() - 60:
            database.query(f"DROP DATABASE IF EXISTS {named(str(name))} WITH (FORCE)")
