"""All resources of a layer's PostgreSQL, and what functions need to reach it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...._dataclass import dataclass
from ....model.declarations.infrastructure.database import RdsPostgres
from ...permissions.statements import VERSION
from ...values import ARNS, PLACE, Attribute, Output, Property, Resource
from .network import FUNCTIONS, POSTGRES_PORT, network_resources, subnets
from .proxy import PROXY_ID, proxy_name, proxy_resources
from .server import SECRET, server_resources

AUTHORITIES = "/etc/pki/tls/certs/ca-bundle.crt"
"""The certificates of the system in Lambda's runtimes: psycopg's own OpenSSL looks elsewhere. The
proxy has a certificate of Amazon's public authority, which they have.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.howitworks.html"""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a function has that reaches the database.

    network: its `VpcConfig`. environment: its variables, which `postgresql://env` reads.
    """

    network: Mapping[str, Property]
    environment: Mapping[str, Property]


def reach_of(database: RdsPostgres) -> Reach:
    """What functions with `database=True` have."""
    return Reach(
        network={
            "SubnetIds": subnets(database),
            "SecurityGroupIds": [Attribute(FUNCTIONS, "GroupId")],
        },
        environment={
            "DB_HOST": Attribute(PROXY_ID, "Endpoint"),
            "DB_PORT": str(POSTGRES_PORT),
            "DB_NAME": database.name,
            "DB_SECRET_ARN": SECRET,
            "SSL_CERT_FILE": AUTHORITIES,
        },
    )


_INTERFACES = [
    f"ec2:{action}"
    for action in (
        "AssignPrivateIpAddresses",
        "CreateNetworkInterface",
        "DeleteNetworkInterface",
        "DescribeNetworkInterfaces",
        "DescribeSubnets",
        "UnassignPrivateIpAddresses",
    )
]


def network_policy(function: str) -> Mapping[str, Property]:
    """What lets Lambda connect a function to the network, and keeps the function's code from it.

    function: its name in the account. Lambda asks for these actions on all resources.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    """
    allowed: Property = {"Effect": "Allow", "Action": _INTERFACES, "Resource": "*"}
    code = {"lambda:SourceFunctionArn": f"{ARNS}:lambda:{PLACE}:function:{function}"}
    denied: Property = {
        "Effect": "Deny",
        "Action": _INTERFACES,
        "Resource": "*",
        "Condition": {"ArnEquals": code},
    }
    statements = {"Version": VERSION, "Statement": [allowed, denied]}
    return {"PolicyName": "network", "PolicyDocument": statements}


def postgres_resources(
    database: RdsPostgres, layer: str, stage: str, tags: Mapping[str, str], *, is_protected: bool
) -> Iterator[Resource]:
    """The network, the server and the proxy. is_protected: whether the stage keeps its data."""
    tagged = [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
    yield from network_resources(database, SECRET, tagged)
    yield from server_resources(database, tagged, is_protected=is_protected)
    yield from proxy_resources(database, proxy_name(layer, stage), tagged)


def postgres_outputs() -> Iterator[Output]:
    """Where the database is, and the secret by which one logs in."""
    yield Output("DatabaseHost", Attribute(PROXY_ID, "Endpoint"), "The host of the proxy")
    yield Output("DatabaseSecretArn", SECRET, "The ARN of the secret of the database's owner")
