"""What is there already is not taken for what was declared."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

import trueup
from systems.domainflow.tables import layer
from trueup import NeedsOperator


@pytest.mark.req("DT2")
def test_older_table_that_lacks_columns_is_no_success(
    schema_url: str, sql: psycopg.Connection[Any]
) -> None:
    sql.execute("CREATE TABLE teams (id uuid PRIMARY KEY, tenant_id uuid NOT NULL)")
    with trueup.connect(schema_url, layer) as db, pytest.raises(NeedsOperator) as refused:
        db.create_tables()
    assert "teams" in str(refused.value)
