"""A network without a way to the internet, and who reaches whom in it.

    functions --5432--> proxy --5432--> server
    functions --443---> endpoint of Secrets Manager

The proxy and the server share a security group, and the server has no other: what is not in that
group does not reach it. Security groups let everything out unless they say otherwise.

Sources:
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-network-prereqs.html
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/vpc-endpoint-overview.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network

from ....model.declarations.infrastructure.database import RdsPostgres
from ...values import Attribute, Parameter, Property, Resource

POSTGRES_PORT = 5432
FUNCTIONS, PROXY, DATABASE, ENDPOINT = (
    f"{name}Group" for name in ("Functions", "Proxy", "Database", "Endpoint")
)
SUBNETS = ("SubnetA", "SubnetB")
NOWHERE: Property = {
    "IpProtocol": "-1",
    "CidrIp": "127.0.0.1/32",
    "Description": "Nowhere: without a rule of its own a group lets everything out",
}
VPC = Parameter("VpcId", "The VPC of the functions and the database")
GIVEN_SUBNETS = (
    Parameter("SubnetIdA", "A private subnet of the VPC"),
    Parameter("SubnetIdB", "A private subnet of the VPC in another availability zone"),
)


def network_parameters(database: RdsPostgres) -> tuple[Parameter, ...]:
    """What is given on deployment for a network that exists."""
    return (VPC, *GIVEN_SUBNETS) if database.network == "given" else ()


def subnets(database: RdsPostgres) -> tuple[Property, ...]:
    """The subnets of functions, proxy and server."""
    if database.network == "given":
        return GIVEN_SUBNETS
    return tuple(Attribute(one) for one in SUBNETS)


def network_resources(
    database: RdsPostgres, secret: Attribute, tags: Sequence[Property]
) -> Iterator[Resource]:
    """The network with its security groups. secret: what the endpoint lets functions read."""
    vpc: Property = VPC if database.network == "given" else Attribute("Vpc")
    if database.network == "own":
        yield from _network(database, tags)
    for id, description in (
        (FUNCTIONS, "Functions that use the database"),
        (PROXY, "The proxy before the database"),
        (DATABASE, "The database, and the proxy, which alone reaches it"),
    ):
        yield _group(id, description, vpc, tags)
    yield from _rule("FunctionsToProxy", FUNCTIONS, PROXY, POSTGRES_PORT)
    yield from _rule("ProxyToDatabase", DATABASE, DATABASE, POSTGRES_PORT)  # both are in it
    if database.network == "own":
        yield _group(ENDPOINT, "The endpoint of Secrets Manager", vpc, tags)
        yield from _rule("FunctionsToSecrets", FUNCTIONS, ENDPOINT, 443)
        yield _endpoint(database, secret, tags)
    else:
        yield _out_to_secrets()


def _network(database: RdsPostgres, tags: Sequence[Property]) -> Iterator[Resource]:
    properties: dict[str, Property] = {
        "CidrBlock": database.cidr,
        "EnableDnsSupport": True,
        "EnableDnsHostnames": True,  # for the name of the endpoint
        "Tags": tags,
    }
    yield Resource("Vpc", "AWS::EC2::VPC", properties)
    routes: dict[str, Property] = {"VpcId": Attribute("Vpc"), "Tags": tags}
    yield Resource("Routes", "AWS::EC2::RouteTable", routes)
    halves = IPv4Network(database.cidr).subnets()
    for number, (id, half) in enumerate(zip(SUBNETS, halves, strict=True)):
        subnet: dict[str, Property] = {
            "VpcId": Attribute("Vpc"),
            "AvailabilityZone": {"Fn::Select": [number, {"Fn::GetAZs": ""}]},
            "CidrBlock": str(half),
            "MapPublicIpOnLaunch": False,
            "Tags": tags,
        }
        yield Resource(id, "AWS::EC2::Subnet", subnet)
        link: dict[str, Property] = {
            "SubnetId": Attribute(id),
            "RouteTableId": Attribute("Routes"),
        }
        yield Resource(f"{id}Routes", "AWS::EC2::SubnetRouteTableAssociation", link)


def _group(id: str, description: str, vpc: Property, tags: Sequence[Property]) -> Resource:
    properties: dict[str, Property] = {
        "GroupDescription": description,
        "VpcId": vpc,
        "SecurityGroupEgress": [NOWHERE],
        "Tags": tags,
    }
    return Resource(id, "AWS::EC2::SecurityGroup", properties)


def _rule(id: str, source: str, target: str, port: int) -> Iterator[Resource]:
    """A way from one group to another, which each of the two has to allow."""
    way: dict[str, Property] = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "Description": id,
    }
    out: dict[str, Property] = {
        "GroupId": Attribute(source, "GroupId"),
        "DestinationSecurityGroupId": Attribute(target, "GroupId"),
    }
    yield Resource(f"{id}Out", "AWS::EC2::SecurityGroupEgress", out | way)
    into: dict[str, Property] = {
        "GroupId": Attribute(target, "GroupId"),
        "SourceSecurityGroupId": Attribute(source, "GroupId"),
    }
    yield Resource(f"{id}In", "AWS::EC2::SecurityGroupIngress", into | way)


def _out_to_secrets() -> Resource:
    """The way out of functions in a network that exists, which has its own way to AWS."""
    properties: dict[str, Property] = {
        "GroupId": Attribute(FUNCTIONS, "GroupId"),
        "CidrIp": "0.0.0.0/0",
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "Description": "Functions to Secrets Manager, by the way that the network has",
    }
    return Resource("FunctionsToSecretsOut", "AWS::EC2::SecurityGroupEgress", properties)


def _endpoint(database: RdsPostgres, secret: Attribute, tags: Sequence[Property]) -> Resource:
    statement: Property = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": secret,
        "Condition": {"StringEquals": {"aws:PrincipalAccount": "${AWS::AccountId}"}},
    }
    properties: dict[str, Property] = {
        "VpcEndpointType": "Interface",
        "ServiceName": "com.amazonaws.${AWS::Region}.secretsmanager",
        "VpcId": Attribute("Vpc"),
        "SubnetIds": subnets(database),
        "SecurityGroupIds": [Attribute(ENDPOINT, "GroupId")],
        "PrivateDnsEnabled": True,
        "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "Tags": tags,
    }
    return Resource("SecretsEndpoint", "AWS::EC2::VPCEndpoint", properties)
