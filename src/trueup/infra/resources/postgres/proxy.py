"""The proxy: many functions share few connections of the server, over TLS only.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbproxy.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ....model.declarations.infrastructure.database import RdsPostgres
from ...permissions.statements import Statement, document, trust
from ...values import Attribute, Property, Resource
from .network import DATABASE, PROXY, subnets
from .server import SECRET, SERVER

PROXY_ID = "DatabaseProxy"
IDLE_TIMEOUT_S = 1800


def proxy_name(layer: str, stage: str) -> str:
    """The name of the proxy in the account: letters, digits and single hyphens, which the type has
    no way around."""
    words = (*re.split(r"[^A-Za-z0-9]+", layer), *re.split(r"[^A-Za-z0-9]+", stage))
    name = "-".join(filter(None, words))
    return name if name[:1].isalpha() else f"layer-{name}"


def proxy_resources(
    database: RdsPostgres, name: str, tags: Sequence[Property]
) -> Iterator[Resource]:
    """The proxy, what it may read, and how many connections it takes. name: in the account."""
    yield _role(tags)
    login: Property = {
        "AuthScheme": "SECRETS",
        "SecretArn": SECRET,
        "IAMAuth": "DISABLED",
        "ClientPasswordAuthType": "POSTGRES_SCRAM_SHA_256",
    }
    properties: dict[str, Property] = {
        "DBProxyName": name,
        "EngineFamily": "POSTGRESQL",
        "RequireTLS": True,
        "DebugLogging": False,  # it would write statements with their values
        "Auth": [login],
        "RoleArn": Attribute("DatabaseProxyIdentity", "Arn"),
        "IdleClientTimeout": IDLE_TIMEOUT_S,
        "VpcSubnetIds": subnets(database),
        "VpcSecurityGroupIds": [Attribute(PROXY, "GroupId"), Attribute(DATABASE, "GroupId")],
        "Tags": tags,
    }
    yield Resource(PROXY_ID, "AWS::RDS::DBProxy", properties)
    pool: Property = {
        "MaxConnectionsPercent": database.connections_percent,
        "MaxIdleConnectionsPercent": database.idle_percent,
        "ConnectionBorrowTimeout": database.borrow_timeout_s,
    }
    targets: dict[str, Property] = {
        "DBProxyName": Attribute(PROXY_ID),
        "TargetGroupName": "default",
        "DBInstanceIdentifiers": [Attribute(SERVER)],
        "ConnectionPoolConfigurationInfo": pool,
    }
    yield Resource("DatabaseProxyTargets", "AWS::RDS::DBProxyTargetGroup", targets)


def _role(tags: Sequence[Property]) -> Resource:
    reads = document([Statement(SECRET, frozenset({"secretsmanager:GetSecretValue"}))])
    properties: dict[str, Property] = {
        "Description": "What the proxy reads: the password of the database's owner",
        "AssumeRolePolicyDocument": trust("rds.amazonaws.com"),
        "Policies": [{"PolicyName": "secret", "PolicyDocument": reads}],
        "Tags": tags,
    }
    return Resource("DatabaseProxyIdentity", "AWS::IAM::Role", properties)
