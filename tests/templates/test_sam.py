"""SAM: globals, tables, functions, and what starts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.templates.written import read
from trueup import DeclarationError
from trueup.templates.tables import tables_of
from trueup.templates.template import Unresolved

SAM = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 10
    MemorySize: 256
    Environment: {Variables: {STAGE: dev, LOG: info}}
    Tags: {team: shop}
  SimpleTable:
    SSESpecification: {SSEEnabled: true}
Resources:
  Orders:
    Type: AWS::Serverless::SimpleTable
    Properties:
      TableName: orders
      PrimaryKey:
        Name: number
        Type: Number
      Tags:
        team: other
  Small:
    Type: AWS::Serverless::SimpleTable
    Properties:
      TableName: small
      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 2}
      SSESpecification: {SSEEnabled: false}
  Handler:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Timeout: 20
      Environment: {Variables: {STAGE: beta, TABLE: !Ref Orders}}
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Letters.Arn}
      Tracing: Active
      Events:
        Changes:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Big.StreamArn
            StartingPosition: LATEST
            BatchSize: 5
        Call:
          Type: Api
          Properties: {Path: /, Method: get}
  Letters: {Type: AWS::SQS::Queue}
"""


def test_simple_tables_are_tables(tmp_path: Path) -> None:
    template = read(tmp_path, SAM)
    tables = tables_of(template)

    assert template.form == "sam"
    orders, small = tables["orders"].schema, tables["small"].schema
    assert [str(one) for one in orders.key] == ["number N"]
    assert orders.facts["billing"] == {
        "mode": "on_demand",
        "max_read_request_units": None,
        "max_write_request_units": None,
    }
    assert orders.facts["tags"] == {"team": "other"}
    assert orders.facts["encryption"] == {"type": "kms", "key": None, "owner": "aws"}
    assert small.facts["billing"] == {"mode": "provisioned", "read_units": 1, "write_units": 2}
    assert small.facts["encryption"] == {"type": "owned"}
    assert [str(one) for one in small.key] == ["id S"]
    assert tables["orders"].source_of(("key",)).endswith(":16")
    assert tables["orders"].source_of(("tags", "team")).endswith(":20")


def test_functions_have_what_is_global(tmp_path: Path) -> None:
    function = read(tmp_path, SAM).resources["Handler"]

    assert function.type == "AWS::Lambda::Function"
    own = function.properties
    assert (own["Timeout"], own["MemorySize"], own["Handler"]) == (20, 256, "app.handler")
    assert own["Environment"] == {"Variables": {"STAGE": "beta", "LOG": "info", "TABLE": "orders"}}
    assert own["TracingConfig"] == {"Mode": "Active"}
    assert own["Tags"] == [{"Key": "team", "Value": "shop"}]
    assert "Events" not in own
    assert function.line_of("TracingConfig") == function.line_of("Tracing") == 34


def test_events_of_streams_are_mappings(tmp_path: Path) -> None:
    found = read(tmp_path, SAM).resources
    mapping = found["HandlerChanges"]

    assert "HandlerCall" not in found
    assert mapping.type == "AWS::Lambda::EventSourceMapping"
    assert mapping.properties["BatchSize"] == 5
    source, function = mapping.properties["EventSourceArn"], mapping.properties["FunctionName"]
    assert isinstance(source, Unresolved)
    assert isinstance(function, Unresolved)
    assert (source.resource, source.attribute) == ("Big", "StreamArn")
    assert function.resource == "Handler"
    assert mapping.line == 36
    assert mapping.line_of("EventSourceArn") == 39


def test_a_type_that_sam_has_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="String, Number or Binary") as caught:
        read(tmp_path, SAM.replace("Type: Number", "Type: N"))

    assert caught.value.where.note.endswith("a.yaml:18")


def test_without_the_transform_nothing_is_translated(tmp_path: Path) -> None:
    found = read(tmp_path, SAM.replace("Transform: AWS::Serverless-2016-10-31", ""))

    assert found.resources["Orders"].type == "AWS::Serverless::SimpleTable"
    assert not tables_of(found)
