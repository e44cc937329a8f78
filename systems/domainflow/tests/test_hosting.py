"""The function that initialises the database in AWS: what it may do, and that it does it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import psycopg
import pytest

from systems.domainflow import handlers
from systems.domainflow.tables import layer
from trueup.infra import cloudformation, stack_of

SECRET = {"Fn::GetAtt": ["Database", "MasterUserSecret.SecretArn"]}


def template() -> dict[str, Any]:
    names = {table.name: table.name for table in layer.tables}
    return cloudformation(stack_of(layer, names, stage="production", is_protected=True))


def statements() -> Iterator[dict[str, Any]]:
    """All that the roles of the stack's functions, proxy and monitoring may do."""
    for one in template()["Resources"].values():
        if one["Type"] == "AWS::IAM::Role":
            for policy in one["Properties"].get("Policies", ()):
                yield from policy["PolicyDocument"]["Statement"]


@pytest.mark.req("D81")
def test_only_the_one_secret_may_be_read() -> None:
    reading = [one for one in statements() if "secretsmanager:" in str(one["Action"])]
    assert len(reading) == 2  # the function and the proxy
    for one in reading:
        assert one["Action"] == ["secretsmanager:GetSecretValue"]
        assert one["Resource"] == SECRET
    assert "secret:*" not in json.dumps(template())


@pytest.mark.req("D82", "DT9")
def test_nothing_of_the_data_api_is_allowed() -> None:
    """psycopg speaks PostgreSQL's own protocol; and no secret is allowed by a wildcard."""
    allowed = [one for one in statements() if one["Effect"] == "Allow"]
    assert "rds-data" not in json.dumps(template())
    for one in allowed:
        if one["Resource"] == "*":
            assert all(action.startswith("ec2:") for action in one["Action"]), one


def test_declared_handler_is_there() -> None:
    (function,) = layer.functions
    module, _, name = function.handler.partition(":")
    assert getattr(import_module(module), name) is handlers.initialise


def test_function_has_the_variables_of_the_document() -> None:
    variables = template()["Resources"]["DbInitFunction"]["Properties"]["Environment"]["Variables"]
    assert variables["DB_SECRET_ARN"] == SECRET
    assert variables["DB_HOST"] == {"Fn::GetAtt": ["DatabaseProxy", "Endpoint"]}
    assert (variables["DB_PORT"], variables["DB_NAME"]) == ("5432", "domainflow")


def test_log_of_the_function_is_json_with_all_that_it_tells() -> None:
    properties = template()["Resources"]["DbInitFunction"]["Properties"]
    assert properties["LoggingConfig"] == {"LogFormat": "JSON", "ApplicationLogLevel": "INFO"}


def test_initialisation_may_be_repeated(
    schema_url: str, sql: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(handlers.URL, schema_url)
    for _ in range(2):
        assert handlers.initialise({}, None) == {
            "statusCode": 200,
            "body": '{"message": "Database schema initialized successfully"}',
        }
    made = sql.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()"
    ).fetchone()
    assert made == (7,)
