"""Functions, permissions, APIs, databases and networks as CloudFormation has them, as far as rules
read them.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..template import Resolved, Unresolved, unresolved
from .instances import Arguments, blocks, first_block
from .tables import Part

_OPEN = "${"
_RENAMED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "aws_cloudwatch_log_group": ("AWS::Logs::LogGroup", {"name": "LogGroupName"}),
    "aws_lambda_function": (
        "AWS::Lambda::Function",
        {"function_name": "FunctionName", "role": "Role", "handler": "Handler"},
    ),
    "aws_db_instance": (
        "AWS::RDS::DBInstance",
        {
            "publicly_accessible": "PubliclyAccessible",
            "storage_encrypted": "StorageEncrypted",
            "password": "MasterUserPassword",
            "backup_retention_period": "BackupRetentionPeriod",
            "snapshot_identifier": "DBSnapshotIdentifier",
            "replicate_source_db": "SourceDBInstanceIdentifier",
        },
    ),
    "aws_rds_cluster": (
        "AWS::RDS::DBCluster",
        {
            "storage_encrypted": "StorageEncrypted",
            "master_password": "MasterUserPassword",
            "backup_retention_period": "BackupRetentionPeriod",
            "snapshot_identifier": "SnapshotIdentifier",
        },
    ),
    "aws_db_proxy": ("AWS::RDS::DBProxy", {"name": "DBProxyName", "require_tls": "RequireTLS"}),
    "aws_api_gateway_rest_api": ("AWS::ApiGateway::RestApi", {"name": "Name"}),
    "aws_api_gateway_method": (
        "AWS::ApiGateway::Method",
        {
            "rest_api_id": "RestApiId",
            "http_method": "HttpMethod",
            "api_key_required": "ApiKeyRequired",
        },
    ),
    "aws_api_gateway_api_key": ("AWS::ApiGateway::ApiKey", {"name": "Name", "value": "Value"}),
    "aws_api_gateway_usage_plan_key": (
        "AWS::ApiGateway::UsagePlanKey",
        {"key_id": "KeyId", "usage_plan_id": "UsagePlanId"},
    ),
    "aws_api_gateway_usage_plan": ("AWS::ApiGateway::UsagePlan", {"name": "UsagePlanName"}),
    "aws_security_group": ("AWS::EC2::SecurityGroup", {"description": "GroupDescription"}),
    "aws_security_group_rule": ("AWS::EC2::SecurityGroup", {}),
    "aws_vpc_security_group_ingress_rule": (
        "AWS::EC2::SecurityGroupIngress",
        {
            "cidr_ipv4": "CidrIp",
            "cidr_ipv6": "CidrIpv6",
            "ip_protocol": "IpProtocol",
            "from_port": "FromPort",
            "to_port": "ToPort",
        },
    ),
    "aws_iam_policy": ("AWS::IAM::ManagedPolicy", {}),
    "aws_iam_role_policy": ("AWS::IAM::RolePolicy", {}),
    "aws_iam_user_policy": ("AWS::IAM::UserPolicy", {}),
    "aws_iam_group_policy": ("AWS::IAM::GroupPolicy", {}),
    "aws_iam_role": ("AWS::IAM::Role", {"name": "RoleName"}),
}


def hosting_type(kind: str) -> str:
    """CloudFormation's name of a type; empty if it is not one of these."""
    return _RENAMED[kind][0] if kind in _RENAMED else ""


def hosting_parts(kind: str, given: Arguments) -> Iterator[Part]:
    """The properties of a resource of one of these types. An empty text is absent."""
    for argument, name in _RENAMED[kind][1].items():
        if given.get(argument) not in (None, ""):
            yield name, given[argument], argument
    if kind == "aws_cloudwatch_log_group" and given.get("retention_in_days"):  # 0 is for ever
        yield "RetentionInDays", given["retention_in_days"], "retention_in_days"
    elif kind == "aws_lambda_function":
        environment = first_block(given.get("environment"))
        if environment and environment.get("variables") is not None:
            yield "Environment", {"Variables": environment["variables"]}, "environment"
    elif kind in ("aws_security_group", "aws_security_group_rule"):
        yield from _ingress(kind, given)
    elif kind == "aws_api_gateway_usage_plan":
        yield from _plan(given)
    elif given.get("policy") is not None:
        yield "PolicyDocument", _document(given["policy"]), "policy"
    elif kind == "aws_iam_role":
        inline = [
            {"PolicyDocument": _document(one.get("policy"))}
            for one in blocks(given.get("inline_policy"))
            if one.get("policy")
        ]
        yield "Policies", inline, "inline_policy"


def _ingress(kind: str, given: Arguments) -> Iterator[Part]:
    """A rule of CloudFormation has one source, one of Terraform several."""
    is_rule = kind == "aws_security_group_rule"
    if is_rule and given.get("type") != "ingress":
        return
    found: list[Resolved] = []
    for rule in [given] if is_rule else blocks(given.get("ingress")):
        ports: dict[str, Resolved] = {
            "IpProtocol": rule.get("protocol"),
            "FromPort": rule.get("from_port"),
            "ToPort": rule.get("to_port"),
        }
        for argument, name in (("cidr_blocks", "CidrIp"), ("ipv6_cidr_blocks", "CidrIpv6")):
            found += [{**ports, name: source} for source in _several(rule.get(argument))]
    yield "SecurityGroupIngress", found, "cidr_blocks" if is_rule else "ingress"


def _several(value: Resolved) -> Sequence[Resolved]:
    """The elements of a list; one that is not known is one element."""
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _plan(given: Arguments) -> Iterator[Part]:
    stages = [
        {"ApiId": one.get("api_id"), "Stage": one.get("stage"), **_throttle(one, "throttle")}
        for one in blocks(given.get("api_stages"))
    ]
    yield "ApiStages", stages, "api_stages"
    for name, value in _throttle(given, "throttle_settings").items():
        yield name, value, "throttle_settings"


def _throttle(given: Arguments, argument: str) -> dict[str, Resolved]:
    block = first_block(given.get(argument))
    if not block:
        return {}
    limits = {"RateLimit": block.get("rate_limit"), "BurstLimit": block.get("burst_limit")}
    return {"Throttle": limits}


def _document(policy: Resolved) -> Resolved:
    """A policy, which is a text of JSON; texts in it that refer to something are not known."""
    text = policy.expression if isinstance(policy, Unresolved) else policy
    try:
        parsed: Any = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        is_open = isinstance(policy, Unresolved)
        return policy if is_open else unresolved("policy", "it is no JSON that can be read")
    return _known(parsed) if isinstance(policy, Unresolved) else parsed


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _known(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_known(one) for one in value]
    if isinstance(value, str) and _OPEN in value:
        return unresolved(value, "it is not known here")
    return value
