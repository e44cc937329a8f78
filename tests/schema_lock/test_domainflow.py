"""The tables of domainflow, with PostGIS and row security, by a role that only reads."""

from __future__ import annotations

import pytest

from systems.domainflow.tables import layer
from tests.schema_lock.projects import make_reader_of
from trueup.engines.open_tables import open_tables, open_tables_to_read
from trueup.lifecycle.declared import declared_tables
from trueup.lifecycle.generated import write_file
from trueup.lifecycle.schema_lock.file import lock_file, with_lock
from trueup.lifecycle.verification import look_at, verify_tables
from trueup.schema.create import create_tables
from trueup.schema.made import MakingEngine
from trueup.testing.postgres import PostgresServer, create_database


def test_all_facts_agree(
    postgres_server: PostgresServer | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert postgres_server is not None, "the test makes a database: unset POSTGRES_URL"
    url = create_database(postgres_server, "locked_domainflow", ["postgis"])
    path = tmp_path_factory.mktemp("domainflow") / "schema.lock.json"
    with open_tables(url, layer) as opened:
        engine = opened.open_layer.engine
        assert isinstance(engine, MakingEngine)
        opened.runner.run(create_tables(engine, opened.open_layer.tables), "create")
        made = opened.runner.run(engine.make(), "make")
        write_file(lock_file(layer.name, engine, made, path))
    assert made.extensions["postgis"].startswith("3.")
    reader = make_reader_of(postgres_server, "locked_domainflow")
    with open_tables_to_read(postgres_server.url_of(reader, "locked_domainflow"), layer) as opened:
        locked = with_lock(opened, path)
        declared = declared_tables(locked.open_layer)
        found = verify_tables(declared, look_at(locked), engine=locked.open_layer.engine)
    assert found.present == tuple(declared)
    assert [str(one) for one in found.differing()] == []
    assert [str(one) for one in found.unknown] == []
    assert found.agreeing > 400
