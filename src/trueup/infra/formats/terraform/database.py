"""Databases, their proxies and secrets in Terraform.

Sources:
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/secretsmanager_secret_version
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .kinds import Kind, Made, as_json, left_out, number, renamed
from .values import Part

_VERSION = "aws_secretsmanager_secret_version"
_RESOLVED = re.compile(
    r"\{\{resolve:secretsmanager:\$\{aws_secretsmanager_secret\.(\w+)\.\w+\}"
    r":SecretString:(\w+)(?:::)?\}\}"
)


def _resolved(argument: str) -> Any:
    """An argument that a secret has, which CloudFormation resolves on deployment."""
    by_version = rf'${{jsondecode({_VERSION}.\1.secret_string)["\2"]}}'
    return lambda value: [(argument, _RESOLVED.sub(by_version, value))]


def _secret_parts(secret: Made) -> Iterator[Part]:
    """What a secret holds. A generated one stays as it was first: its source gives another on each
    run."""
    generated = secret.given.get("GenerateSecretString")
    place = {"secret_id": secret.attribute("id")}
    if generated is None:
        if "SecretString" in secret.given:
            yield _VERSION, secret.name, {**place, "secret_string": secret.given["SecretString"]}
        return
    yield "data.aws_secretsmanager_random_password", secret.name, _GENERATED.body(generated)
    source = f"${{data.aws_secretsmanager_random_password.{secret.name}.random_password}}"
    first = {"input": source, "lifecycle": {"ignore_changes": ["input"]}}
    yield "terraform_data", secret.name, first
    password = f"terraform_data.{secret.name}.output"
    key = generated.get("GenerateStringKey")
    if key is not None:
        template = json.dumps(json.loads(generated["SecretStringTemplate"]))
        password = f"jsonencode(merge({template}, {{{json.dumps(key)}: {password}}}))"
    yield _VERSION, secret.name, {**place, "secret_string": f"${{{password}}}"}


_GENERATED = Kind(
    "",
    rules={
        "SecretStringTemplate": left_out,
        "GenerateStringKey": left_out,
    },
)


def _attached(given: Mapping[str, Any]) -> dict[str, Any]:
    """The version of a secret that says where the database is, as an attachment adds it."""
    secret = given["SecretId"].removeprefix("${").split(".")[1]
    database = given["TargetId"].removeprefix("${").rsplit(".", 1)[0]
    parts = {
        "engine": "engine",
        "host": "address",
        "port": "port",
        "dbname": "db_name",
        "dbInstanceIdentifier": "identifier",
    }
    added = ", ".join(f'"{name}": {database}.{part}' for name, part in parts.items())
    before = f"jsondecode({_VERSION}.{secret}.secret_string)"
    text = f"${{jsonencode(merge({before}, {{{added}}}))}}"
    return {"secret_id": given["SecretId"], "secret_string": text}


def _target_parts(group: Made) -> Iterator[Part]:
    for position, instance in enumerate(group.given.get("DBInstanceIdentifiers", ()), start=1):
        yield (
            "aws_db_proxy_target",
            f"{group.name}_{position}",
            {
                "db_proxy_name": group.attribute("db_proxy_name"),
                "target_group_name": group.attribute("name"),
                "db_instance_identifier": instance,
            },
        )


def _parameters(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Parameters, which a reboot applies: some cannot be applied at once."""
    yield (
        "parameter",
        [
            {"name": name, "value": str(one), "apply_method": "pending-reboot"}
            for name, one in value.items()
        ],
    )


_INSTANCE = {
    "DBInstanceIdentifier": "identifier",
    "DBInstanceClass": "instance_class",
    "AllocatedStorage": number("allocated_storage"),
    "Port": number("port"),
    "MasterUsername": _resolved("username"),
    "MasterUserPassword": _resolved("password"),
    "VPCSecurityGroups": "vpc_security_group_ids",
    "DBParameterGroupName": "parameter_group_name",
    "EnablePerformanceInsights": "performance_insights_enabled",
    "PerformanceInsightsKMSKeyId": "performance_insights_kms_key_id",
    "EnableIAMDatabaseAuthentication": "iam_database_authentication_enabled",
    "EnableCloudwatchLogsExports": "enabled_cloudwatch_logs_exports",
    "CACertificateIdentifier": "ca_cert_identifier",
    "PreferredBackupWindow": "backup_window",
    "PreferredMaintenanceWindow": "maintenance_window",
}

DATABASE: Mapping[str, Kind] = {
    "AWS::RDS::DBInstance": Kind(
        "aws_db_instance",
        ref="${@.identifier}",
        attributes={
            "Endpoint.Address": "${@.address}",
            "Endpoint.Port": "${@.port}",
            "DBInstanceArn": "${@.arn}",
            "DbiResourceId": "${@.resource_id}",
            "MasterUserSecret.SecretArn": "${@.master_user_secret[0].secret_arn}",
        },
        rules=_INSTANCE,
        deleted={"skip_final_snapshot": True},
    ),
    "AWS::RDS::DBSubnetGroup": Kind(
        "aws_db_subnet_group",
        ref="${@.name}",
        rules={"DBSubnetGroupName": "name", "DBSubnetGroupDescription": "description"},
    ),
    "AWS::RDS::DBParameterGroup": Kind(
        "aws_db_parameter_group",
        ref="${@.name}",
        rules={"DBParameterGroupName": "name", "Parameters": _parameters},
    ),
    "AWS::RDS::DBProxy": Kind(
        "aws_db_proxy",
        ref="${@.name}",
        attributes={"DBProxyArn": "${@.arn}", "Endpoint": "${@.endpoint}"},
        rules={"DBProxyName": "name"},
    ),
    "AWS::RDS::DBProxyTargetGroup": Kind(
        "aws_db_proxy_default_target_group",
        attributes={"TargetGroupArn": "${@.arn}"},
        rules={
            "TargetGroupName": left_out,  # always `default`
            "DBInstanceIdentifiers": left_out,
            "ConnectionPoolConfigurationInfo": renamed("connection_pool_config"),
        },
        parts=_target_parts,
    ),
    "AWS::SecretsManager::Secret": Kind(
        "aws_secretsmanager_secret",
        ref="${@.arn}",
        attributes={"Id": "${@.arn}"},
        rules={"GenerateSecretString": left_out, "SecretString": left_out},
        parts=_secret_parts,
        waits=True,
    ),
    "AWS::SecretsManager::SecretTargetAttachment": Kind(
        _VERSION, ref="${@.secret_id}", whole=_attached
    ),
    "AWS::SecretsManager::ResourcePolicy": Kind(
        "aws_secretsmanager_secret_policy",
        rules={"SecretId": "secret_arn", "ResourcePolicy": as_json("policy")},
    ),
}
