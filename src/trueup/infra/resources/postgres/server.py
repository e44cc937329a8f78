"""The server: its storage grows by itself, it takes encrypted connections only, and RDS makes,
keeps and changes the password of its owner, so that no template and no state has one.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ....model.declarations.infrastructure.database import RdsPostgres
from ...permissions.statements import trust
from ...values import ARNS, Attribute, Property, Resource
from .network import DATABASE, POSTGRES_PORT, subnets

SERVER = "Database"
SECRET = Attribute(SERVER, "MasterUserSecret.SecretArn")
"""The ARN of the secret with the name and the password of the owner."""


def server_resources(
    database: RdsPostgres, tags: Sequence[Property], *, is_protected: bool
) -> Iterator[Resource]:
    """The server with its settings. is_protected: whether the stage keeps its data."""
    group: dict[str, Property] = {
        "DBSubnetGroupDescription": "Where the database is",
        "SubnetIds": subnets(database),
        "Tags": tags,
    }
    yield Resource("DatabaseSubnets", "AWS::RDS::DBSubnetGroup", group)
    settings: dict[str, Property] = {
        "Description": "Encrypted connections only",
        "Family": f"postgres{database.version.partition('.')[0]}",
        "Parameters": {"rds.force_ssl": "1"},
        "Tags": tags,
    }
    yield Resource("DatabaseSettings", "AWS::RDS::DBParameterGroup", settings)
    yield _monitoring_role(tags)
    properties = {**_properties(database, is_protected=is_protected), "Tags": tags}
    yield Resource(SERVER, "AWS::RDS::DBInstance", properties, is_kept=is_protected)


def _properties(database: RdsPostgres, *, is_protected: bool) -> dict[str, Property]:
    return {
        "Engine": "postgres",
        "EngineVersion": database.version,
        "AutoMinorVersionUpgrade": False,  # the version is the declared one
        "DBInstanceClass": database.instance,
        "DBName": database.name,
        "Port": str(POSTGRES_PORT),
        "MasterUsername": database.user,
        "ManageMasterUserPassword": True,
        "EnableIAMDatabaseAuthentication": True,
        "AllocatedStorage": str(database.storage_gb),
        "MaxAllocatedStorage": database.most_storage_gb,
        "StorageType": "gp3",
        "StorageEncrypted": True,
        "MultiAZ": is_protected if database.standby is None else database.standby,
        "BackupRetentionPeriod": database.backup_days,
        "CopyTagsToSnapshot": True,
        "DeletionProtection": is_protected,
        "PubliclyAccessible": False,
        "DBSubnetGroupName": Attribute("DatabaseSubnets"),
        "VPCSecurityGroups": [Attribute(DATABASE, "GroupId")],
        "DBParameterGroupName": Attribute("DatabaseSettings"),
        "EnablePerformanceInsights": True,
        "MonitoringInterval": 60,
        "MonitoringRoleArn": Attribute("DatabaseMonitoringIdentity", "Arn"),
        "EnableCloudwatchLogsExports": ["postgresql", "upgrade"],
    }


def _monitoring_role(tags: Sequence[Property]) -> Resource:
    policy = f"{ARNS}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
    properties: dict[str, Property] = {
        "Description": "What lets RDS write what the machine of the database does",
        "AssumeRolePolicyDocument": trust("monitoring.rds.amazonaws.com"),
        "ManagedPolicyArns": [policy],
        "Tags": tags,
    }
    return Resource("DatabaseMonitoringIdentity", "AWS::IAM::Role", properties)
