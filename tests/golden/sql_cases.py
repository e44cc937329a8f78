"""SQL of the caller's own, and sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from pydantic import BaseModel

import trueup
from tests.golden.stage import SECRET, SECRET_NUMBER, Stage, orders, secret, shop
from trueup import Database, Layer, Place
from trueup.engines.postgres.errors import Stage as Lost
from trueup.engines.postgres.errors import translate


class Named(BaseModel):
    """A row."""

    name: str
    size: int = 0


@contextmanager
def _sql() -> Iterator[Database]:
    with trueup.connect("sqlite://", Layer("sql", target="sqlite", tables=[orders])) as db:
        db.create_tables()
        db.execute("create table names (name text primary key, size)")
        db.execute("insert into names values (:name, :size)", name=secret("a"), size=SECRET_NUMBER)
        yield db


def sql_on_a_target_without_it(stage: Stage) -> object:
    with trueup.connect("sqlite://", shop) as db:
        return db.fetch(Named, "select 1 as name")


def placeholder_without_a_value(stage: Stage) -> object:
    with _sql() as db:
        return db.fetch(Named, "select * from names where name = :name and size = :size", name="x")


def value_without_a_placeholder(stage: Stage) -> object:
    with _sql() as db:
        return db.execute("delete from names", name=SECRET)


def question_mark_as_a_placeholder(stage: Stage) -> object:
    with _sql() as db:
        return db.execute("delete from names where name = ?", name=SECRET)


def several_statements_at_once(stage: Stage) -> object:
    with _sql() as db:
        return db.execute(f"delete from names; insert into names values ('{SECRET}', 1)")


def commit_by_hand(stage: Stage) -> object:
    with _sql() as db:
        return db.execute("COMMIT")


def text_of_sql_that_does_not_end(stage: Stage) -> object:
    with _sql() as db:
        return db.execute(f"delete from names where name = '{SECRET}")


def syntax_that_sqlite_does_not_know(stage: Stage) -> object:
    with _sql() as db:
        return db.fetch(Named, f"select name '{SECRET}' '{SECRET}' from names")


def column_that_is_not_there(stage: Stage) -> object:
    with _sql() as db:
        return db.fetch(Named, "select nam from names")


def columns_that_are_no_fields(stage: Stage) -> object:
    with _sql() as db:
        return db.fetch(Named, "select size, size as weight from names")


def fetch_of_a_statement_without_rows(stage: Stage) -> object:
    with _sql() as db:
        return db.fetch(Named, "delete from names")


def fetch_into_what_is_no_model(stage: Stage) -> object:
    with _sql() as db:
        return db.fetch(str, "select name from names")  # type: ignore[type-var]  # it is refused


def two_rows_where_one_is_asked_for(stage: Stage) -> object:
    with _sql() as db:
        return db.fetch_one(Named, "select * from names union all select * from names")


def row_that_is_no_such_model(stage: Stage) -> object:
    with _sql() as db:
        return db.fetch(Named, "select name, name as size from names")


def value_that_no_column_takes(stage: Stage) -> object:
    with _sql() as db:
        return db.execute("delete from names where size = :size", size=float("inf"))


def session_that_goes_on_after_its_end(stage: Stage) -> object:
    with _sql() as db:
        with db.session() as session:
            pass
        return session.execute("delete from names")


def session_that_swallowed_an_error(stage: Stage) -> object:
    with _sql() as db, db.session() as session, suppress(trueup.AlreadyExists):
        session.execute("insert or rollback into names select * from names")
    return None


def session_that_reads_only(stage: Stage) -> object:
    with _sql() as db, db.session(read_only=True) as session:
        return session.execute("delete from names")


def session_of_no_isolation(stage: Stage) -> object:
    with _sql() as db:
        return db.session(isolation="none")  # type: ignore[arg-type]  # it is refused


def stream_that_writes(stage: Stage) -> object:
    with _sql() as db:
        return db.stream(Named, "delete from names returning name")


def advisory_lock_on_sqlite(stage: Stage) -> object:
    with _sql() as db, db.session() as session:
        return session.lock("nightly")


def lock_of_rows_on_sqlite(stage: Stage) -> object:
    with _sql() as db, db.session() as session:
        return session.repository(orders).query(SECRET, lock="wait")


def copy_on_sqlite(stage: Stage) -> object:
    with _sql() as db:
        return db.copy_in(orders, [])


def transactions_in_each_others_way(stage: Stage) -> object:
    error = psycopg.errors.SerializationFailure(f"key ({SECRET}) was changed")
    raise translate(error, Place("postgres"), Lost.NOTHING)


def syntax_that_postgresql_does_not_know(stage: Stage) -> object:
    error = psycopg.errors.SyntaxError(f"syntax error at or near {SECRET}")
    raise translate(error, Place("postgres"), Lost.NOTHING, is_own=False)


def constraint_that_refuses(stage: Stage) -> object:
    error = psycopg.errors.CheckViolation(f"failing row contains ({SECRET})")
    raise translate(error, Place("postgres"), Lost.NOTHING)
