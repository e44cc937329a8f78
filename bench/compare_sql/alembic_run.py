"""What Alembic, with its add-ons, does to lead one database to another.

Alembic compares a database with SQLAlchemy's `MetaData`, which nobody has written here: it is
reflected from the other database, and so lacks what SQLAlchemy does not reflect. Functions,
triggers and views are read from it as the entities of alembic_utils.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import alembic_postgresql_enum  # noqa: F401 - it hooks into autogenerate when it is imported
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic_utils.pg_function import PGFunction
from alembic_utils.pg_materialized_view import PGMaterializedView
from alembic_utils.pg_policy import PGPolicy
from alembic_utils.pg_trigger import PGTrigger
from alembic_utils.pg_view import PGView
from alembic_utils.replaceable_entity import register_entities, registry
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, MetaData, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from trueup.testing.postgres import PostgresServer
from trueup.testing.postgres_process import SUPERUSER

ENTITIES = (PGFunction, PGTrigger, PGView, PGMaterializedView, PGPolicy)
OPTIONS = {
    "compare_type": True,
    "compare_server_default": True,
    "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
    "render_item": alembic_helpers.render_item,
    "include_object": alembic_helpers.include_object,
    "include_schemas": False,
    "sqlalchemy_module_prefix": "sa.",
    "alembic_module_prefix": "op.",
    "user_module_prefix": None,
}
"""The strictest that is documented."""
PACKAGES = ("alembic", "alembic_utils", "alembic-postgresql-enum", "GeoAlchemy2", "SQLAlchemy")


@dataclass(frozen=True)
class Alembic:
    """Alembic on a server."""

    server: PostgresServer

    def versions(self) -> Mapping[str, str]:
        """Of it and its add-ons."""
        return {package: version(package) for package in PACKAGES}

    def written(self, before: str, after: str) -> str:
        """The revision that leads from one to the other; empty if there is none."""
        metadata = MetaData()
        with self._connected(after) as connection:
            metadata.reflect(connection)
            with Session(connection) as session:
                found = [one for kind in ENTITIES for one in _entities(kind, session)]
        registry.clear()
        register_entities(found, entity_types=ENTITIES)
        with self._connected(before) as connection:
            context = MigrationContext.configure(connection, opts=dict(OPTIONS))
            script = produce_migrations(context, metadata)
            return "" if script.upgrade_ops.is_empty() else _rendered(script, context)

    def change(self, before: str, written: str) -> None:
        """Run the revision in one transaction."""
        with self._connected(before) as connection, connection.begin():
            context = MigrationContext.configure(connection, opts=dict(OPTIONS))
            with Operations.context(context) as op:
                names: dict[str, Any] = {"op": op}
                exec(written, names)  # what a revision's file would hold
                names["upgrade"]()

    def drops(self, written: str) -> bool:
        """Whether the revision says so."""
        return "op.drop_column(" in written or "op.drop_table(" in written

    @contextmanager
    def _connected(self, database: str) -> Iterator[Connection]:
        """As the superuser, whom no policy stops."""
        where = f"host={self.server.log.parent}&port={self.server.port}"
        url = f"postgresql+psycopg://{SUPERUSER}@/{database}?{where}"
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def _rendered(script: Any, context: Any) -> str:
    imports: set[str] = set()
    body = render_python_code(
        script.upgrade_ops,
        render_as_batch=False,
        imports=imports,
        migration_context=context,
        render_item=alembic_helpers.render_item,
    )
    heads = "\n".join(["import sqlalchemy as sa", *_IMPORTS, *sorted({*imports, *script.imports})])
    return f"{heads}\n\ndef upgrade():\n    {body}\n"


_IMPORTS = (
    "import sqlalchemy.dialects.postgresql as postgresql",
    *(f"from {kind.__module__} import {kind.__name__}" for kind in ENTITIES),
    "from sqlalchemy import text as sql_text",
    "from alembic_postgresql_enum import TableReference",
)


def _entities(kind: Any, session: Session) -> Iterator[Any]:
    """Those of the schema that are no part of an extension."""
    members = session.connection().exec_driver_sql(
        "SELECT proname FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'"
    )
    names = {name for (name,) in members}
    for one in kind.from_database(session, "public"):
        if one.signature.partition("(")[0] not in names:
            yield one
