"""The libraries and the operations that are measured, in the order of the page."""

from __future__ import annotations

from collections.abc import Mapping

LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "trueup": ("trueup", "psycopg", "pydantic"),
    "psycopg_validate": ("psycopg", "pydantic"),
    "psycopg_class_row": ("psycopg", "pydantic"),
    "asyncpg": ("asyncpg", "pydantic"),
    "sqlalchemy_core": ("sqlalchemy", "psycopg", "pydantic"),
    "sqlalchemy_orm": ("sqlalchemy", "psycopg"),
    "sqlmodel": ("sqlmodel", "sqlalchemy", "pydantic"),
    "piccolo": ("piccolo", "asyncpg"),
}
"""What is installed for each library."""

CALLS: Mapping[str, int] = {
    "get": 100,
    "put": 50,
    "update": 50,
    "query_100": 10,
    "rows_1000": 2,
    "insert_1": 50,
    "insert_1000": 1,
}
"""The calls of one round, by operation."""
