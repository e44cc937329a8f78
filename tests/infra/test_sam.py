"""A template of SAM has functions with their streams, and everything else as CloudFormation has."""

from __future__ import annotations

from typing import Any

from tests.infra.every_type import EVERY
from tests.infra.stacks import STACKS
from trueup.infra import cloudformation, sam

FUNCTION = "AWS::Serverless::Function"


def written() -> dict[str, Any]:
    resources: dict[str, Any] = sam(STACKS["work"])["Resources"]
    return resources


def test_template_says_that_it_is_transformed() -> None:
    assert sam(STACKS["work"])["Transform"] == "AWS::Serverless-2016-10-31"


def test_function_has_its_stream_as_an_event_and_keeps_its_role() -> None:
    follower = written()["FollowerFunction"]
    assert follower["Type"] == FUNCTION
    assert follower["Properties"]["CodeUri"] == {
        "Bucket": {"Ref": "CodeBucket"},
        "Key": {"Ref": "CodeKey"},
    }
    assert follower["Properties"]["Role"] == {"Fn::GetAtt": ["FollowerRole", "Arn"]}
    assert follower["Properties"]["Tags"] == {"layer": "work", "stage": "beta"}
    event = follower["Properties"]["Events"]["FollowerChanges"]
    assert event["Type"] == "DynamoDB"
    assert event["Properties"]["Stream"] == {"Fn::GetAtt": ["OrdersTable", "StreamArn"]}
    mapping = cloudformation(STACKS["work"])["Resources"]["FollowerChanges"]["Properties"]
    kept = {name: one for name, one in event["Properties"].items() if name != "Stream"}
    assert kept == {
        name: one
        for name, one in mapping.items()
        if name not in ("EventSourceArn", "FunctionName", "Tags")
    }


def test_route_is_an_event_in_place_of_a_permission() -> None:
    found = sam(STACKS["pdfjobs"])["Resources"]
    routes = {
        name: event["Properties"]
        for function in found.values()
        if function["Type"] == FUNCTION
        for name, event in function["Properties"].get("Events", {}).items()
    }
    api = {"Ref": "Api"}
    assert routes == {
        "ApiGetPermission": {"Path": "/", "Method": "GET", "RestApiId": api},
        "ApiJobsPostPermission": {"Path": "/jobs", "Method": "POST", "RestApiId": api},
        "ApiJobsGetPermission": {"Path": "/jobs", "Method": "GET", "RestApiId": api},
        "ApiJobsAnyIdGetPermission": {"Path": "/jobs/{id}", "Method": "GET", "RestApiId": api},
    }
    assert not [one for one in found.values() if one["Type"] == "AWS::Lambda::Permission"]
    assert "ApiJobsGetMethod" in found


def test_what_names_a_trigger_names_what_sam_makes_of_it() -> None:
    assert "FollowerChanges" not in written()
    assert "FollowerFunctionFollowerChanges" in str(written())
    assert "'Fn::GetAtt': ['FollowerChanges'" not in str(written())


def test_everything_else_is_as_cloudformation_has_it() -> None:
    plain = cloudformation(STACKS["shop"])["Resources"]
    assert sam(STACKS["shop"])["Resources"] == plain


def test_function_with_more_than_sam_knows_stays_as_it_is() -> None:
    found = sam(EVERY)["Resources"]
    plain = cloudformation(EVERY)["Resources"]
    assert "DeadLetterConfig" in plain["EveryFunction"]["Properties"]
    assert found == plain
