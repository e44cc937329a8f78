"""Functions, their roles, logs, triggers and dead letters in Terraform.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..labels import label
from .kinds import Kind, Made, as_json, json_text, left_out, refused, renamed, spread
from .values import Part


def _role_parts(role: Made) -> Iterator[Part]:
    name = role.attribute("name")
    for policy in role.given.get("Policies", ()):
        part = f"{role.name}_{label(policy['PolicyName'].replace('-', '_'))}"
        body = {"name": policy["PolicyName"], "role": name}
        yield (
            "aws_iam_role_policy",
            part,
            {**body, "policy": json_text(policy["PolicyDocument"])},
        )
    for number, arn in enumerate(role.given.get("ManagedPolicyArns", ()), start=1):
        body = {"role": name, "policy_arn": arn}
        yield "aws_iam_role_policy_attachment", f"{role.name}_{number}", body


def _failures(value: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, object]]:
    destination = {"destination_arn": value["OnFailure"]["Destination"]}
    yield "destination_config", {"on_failure": destination}


FUNCTIONS: Mapping[str, Kind] = {
    "AWS::Lambda::Function": Kind(
        "aws_lambda_function",
        ref="${@.function_name}",
        rules={
            "Code": spread(
                S3Bucket="s3_bucket",
                S3Key="s3_key",
                S3ObjectVersion="s3_object_version",
                ImageUri="image_uri",
            ),
            "Environment": lambda value: [("environment", {"variables": value["Variables"]})],
            "SnapStart": renamed("snap_start"),
        },
    ),
    "AWS::Lambda::EventSourceMapping": Kind(
        "aws_lambda_event_source_mapping",
        attributes={"Id": "${@.id}", "EventSourceMappingArn": "${@.arn}"},
        rules={
            "DestinationConfig": _failures,
            "FilterCriteria": renamed("filter_criteria", Filters="filter"),
        },
    ),
    "AWS::Lambda::Permission": Kind("aws_lambda_permission"),
    "AWS::IAM::Role": Kind(
        "aws_iam_role",
        ref="${@.name}",
        attributes={"Arn": "${@.arn}", "RoleId": "${@.unique_id}"},
        rules={
            "RoleName": "name",
            "AssumeRolePolicyDocument": as_json("assume_role_policy"),
            "Policies": left_out,
            "ManagedPolicyArns": left_out,
        },
        parts=_role_parts,
        waits=True,
    ),
    "AWS::Logs::LogGroup": Kind(
        "aws_cloudwatch_log_group",
        ref="${@.name}",
        # CloudFormation's ARN of a group ends in `:*`, which stands for its streams.
        attributes={"Arn": "${@.arn}:*"},
        rules={"LogGroupName": "name", "DataProtectionPolicy": refused("DataProtectionPolicy")},
    ),
    "AWS::SQS::Queue": Kind(
        "aws_sqs_queue",
        ref="${@.url}",
        attributes={"Arn": "${@.arn}", "QueueName": "${@.name}", "QueueUrl": "${@.url}"},
        rules={
            "QueueName": "name",
            "MessageRetentionPeriod": "message_retention_seconds",
            "VisibilityTimeout": "visibility_timeout_seconds",
            "MaximumMessageSize": "max_message_size",
            "ReceiveMessageWaitTimeSeconds": "receive_wait_time_seconds",
            "RedrivePolicy": as_json("redrive_policy"),
            "RedriveAllowPolicy": as_json("redrive_allow_policy"),
        },
    ),
}
