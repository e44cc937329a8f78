"""The PostgreSQL of a layer in AWS: only the proxy reaches it, and nothing has its password."""

from __future__ import annotations

import json
from typing import Any

import pytest

from trueup import Function, Infrastructure, Layer, Model, RdsPostgres, Table, UnsupportedByEngine
from trueup.infra import cloudformation, stack_of


class Job(Model):
    """Work to do."""

    id: str


SECRET = {"Fn::GetAtt": ["Database", "MasterUserSecret.SecretArn"]}


def template(*, is_protected: bool = False, **options: Any) -> dict[str, Any]:
    """The template of a layer with a database, and a function that uses it. options: of it."""
    layer = Layer(
        "jobs",
        target="postgres",
        tables=[Table("jobs", Job, partition="id")],
        functions=[
            Function("submit", handler="app.handlers:submit", database=True),
            Function("other", handler="app.handlers:other"),
        ],
        infrastructure=Infrastructure(database=RdsPostgres(**options)),
    )
    return cloudformation(
        stack_of(layer, {"jobs": "jobs"}, stage="beta", is_protected=is_protected)
    )


def properties(id: str, **options: Any) -> dict[str, Any]:
    """The properties of a resource."""
    found: dict[str, Any] = template(**options)["Resources"][id]["Properties"]
    return found


def of_type(made: dict[str, Any], kind: str) -> dict[str, Any]:
    """The properties of the resources of a type, by id."""
    return {id: one["Properties"] for id, one in made["Resources"].items() if one["Type"] == kind}


def ways(made: dict[str, Any]) -> set[tuple[str, Any, int]]:
    """Which groups may reach which, at which port, as both sides say it."""
    out = {
        (one["GroupId"]["Fn::GetAtt"][0], _peer(one, "Destination"), one["ToPort"])
        for one in of_type(made, "AWS::EC2::SecurityGroupEgress").values()
    }
    into = {
        (_peer(one, "Source"), one["GroupId"]["Fn::GetAtt"][0], one["ToPort"])
        for one in of_type(made, "AWS::EC2::SecurityGroupIngress").values()
    }
    assert {way for way in out if way[1] != "0.0.0.0/0"} == into
    return out


def _peer(rule: dict[str, Any], side: str) -> Any:
    group = rule.get(f"{side}SecurityGroupId")
    return group["Fn::GetAtt"][0] if group else rule["CidrIp"]


def test_only_the_proxy_reaches_the_database_and_only_functions_the_proxy() -> None:
    made = template()
    assert ways(made) == {
        ("FunctionsGroup", "ProxyGroup", 5432),
        ("DatabaseGroup", "DatabaseGroup", 5432),
        ("FunctionsGroup", "EndpointGroup", 443),
    }
    groups = of_type(made, "AWS::EC2::SecurityGroup")
    for id, group in groups.items():
        assert "SecurityGroupIngress" not in group, id
        assert [rule["CidrIp"] for rule in group["SecurityGroupEgress"]] == ["127.0.0.1/32"], id
    members = {
        "Database": properties("Database")["VPCSecurityGroups"],
        "DatabaseProxy": properties("DatabaseProxy")["VpcSecurityGroupIds"],
        "SubmitFunction": properties("SubmitFunction")["VpcConfig"]["SecurityGroupIds"],
        "SecretsEndpoint": properties("SecretsEndpoint")["SecurityGroupIds"],
    }
    assert {id: [one["Fn::GetAtt"][0] for one in groups] for id, groups in members.items()} == {
        "Database": ["DatabaseGroup"],
        "DatabaseProxy": ["ProxyGroup", "DatabaseGroup"],
        "SubmitFunction": ["FunctionsGroup"],
        "SecretsEndpoint": ["EndpointGroup"],
    }


def test_network_has_no_way_to_the_internet() -> None:
    types = {one["Type"] for one in template()["Resources"].values()}
    assert "AWS::EC2::RouteTable" in types
    assert not types & {
        "AWS::EC2::InternetGateway",
        "AWS::EC2::NatGateway",
        "AWS::EC2::Route",
        "AWS::EC2::VPCGatewayAttachment",
    }
    subnets = of_type(template(), "AWS::EC2::Subnet")
    assert {one["CidrBlock"] for one in subnets.values()} == {"10.0.0.0/25", "10.0.0.128/25"}
    assert [one["AvailabilityZone"] for one in subnets.values()] == [
        {"Fn::Select": [number, {"Fn::GetAZs": ""}]} for number in (0, 1)
    ]
    assert not any(one["MapPublicIpOnLaunch"] for one in subnets.values())


def test_secret_is_read_through_an_endpoint_of_the_network() -> None:
    endpoint = properties("SecretsEndpoint")
    assert endpoint["VpcEndpointType"] == "Interface"
    assert endpoint["ServiceName"] == {"Fn::Sub": "com.amazonaws.${AWS::Region}.secretsmanager"}
    assert endpoint["PrivateDnsEnabled"] is True
    (statement,) = endpoint["PolicyDocument"]["Statement"]
    assert statement["Resource"] == SECRET


def test_database_is_encrypted_grows_by_itself_and_has_backups() -> None:
    database = properties("Database", version="16.4")
    assert database["EngineVersion"] == "16.4"
    assert (database["AllocatedStorage"], database["MaxAllocatedStorage"]) == ("20", 1000)
    assert database["StorageEncrypted"] is True
    assert database["PubliclyAccessible"] is False
    assert database["BackupRetentionPeriod"] == 14
    assert database["EnableIAMDatabaseAuthentication"] is True
    settings = properties("DatabaseSettings", version="16.4")
    assert settings["Family"] == "postgres16"
    assert settings["Parameters"] == {"rds.force_ssl": "1"}
    assert properties("DatabaseSettings", version="17.2")["Family"] == "postgres17"


@pytest.mark.parametrize("is_protected", [True, False])
def test_stage_decides_protection_and_the_standby(is_protected: bool) -> None:
    made = template(is_protected=is_protected)["Resources"]["Database"]
    assert made["DeletionPolicy"] == ("Retain" if is_protected else "Delete")
    assert made["Properties"]["DeletionProtection"] is is_protected
    assert made["Properties"]["MultiAZ"] is is_protected
    assert properties("Database", is_protected=is_protected, standby=True)["MultiAZ"] is True
    assert properties("Database", is_protected=is_protected, standby=False)["MultiAZ"] is False


def test_no_template_has_a_password() -> None:
    """RDS makes the password, keeps it in a secret and changes it."""
    assert properties("Database")["ManageMasterUserPassword"] is True
    text = json.dumps(template())
    assert 'MasterUserPassword":' not in text.replace("ManageMasterUserPassword", "")
    assert "resolve:" not in text


def test_proxy_takes_encrypted_connections_only_and_shares_few() -> None:
    proxy = properties("DatabaseProxy", connections_percent=70, idle_percent=7, borrow_timeout_s=9)
    assert proxy["RequireTLS"] is True
    assert proxy["DebugLogging"] is False
    assert proxy["Auth"] == [
        {
            "AuthScheme": "SECRETS",
            "SecretArn": SECRET,
            "IAMAuth": "DISABLED",
            "ClientPasswordAuthType": "POSTGRES_SCRAM_SHA_256",
        }
    ]
    pool = properties(
        "DatabaseProxyTargets", connections_percent=70, idle_percent=7, borrow_timeout_s=9
    )
    assert pool["ConnectionPoolConfigurationInfo"] == {
        "MaxConnectionsPercent": 70,
        "MaxIdleConnectionsPercent": 7,
        "ConnectionBorrowTimeout": 9,
    }
    assert pool["DBInstanceIdentifiers"] == [{"Ref": "Database"}]
    (policy,) = properties("DatabaseProxyIdentity")["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Resource"] == SECRET


def test_function_that_uses_the_database_reaches_it_and_reads_its_secret_only() -> None:
    function = properties("SubmitFunction")
    assert function["VpcConfig"]["SubnetIds"] == [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}]
    variables = function["Environment"]["Variables"]
    assert {
        name: value for name, value in variables.items() if name.startswith(("DB_", "SSL_"))
    } == {
        "DB_HOST": {"Fn::GetAtt": ["DatabaseProxy", "Endpoint"]},
        "DB_PORT": "5432",
        "DB_NAME": "app",
        "DB_SECRET_ARN": SECRET,
        "SSL_CERT_FILE": "/etc/pki/tls/certs/ca-bundle.crt",
    }
    declared, network = properties("SubmitRole")["Policies"]
    reads = [
        one
        for one in declared["PolicyDocument"]["Statement"]
        if "secretsmanager:GetSecretValue" in one["Action"]
    ]
    assert [one["Resource"] for one in reads] == [SECRET]
    allowed, denied = network["PolicyDocument"]["Statement"]
    assert all(action.startswith("ec2:") for action in allowed["Action"])
    assert denied["Effect"] == "Deny"
    assert denied["Action"] == allowed["Action"]
    assert denied["Condition"]["ArnEquals"]["lambda:SourceFunctionArn"] == {
        "Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}"
        ":function:jobs-beta-submit"
    }


def test_function_that_does_not_use_it_is_outside_of_the_network() -> None:
    function = properties("OtherFunction")
    assert "VpcConfig" not in function
    assert not [one for one in function["Environment"]["Variables"] if one.startswith("DB_")]
    assert len(properties("OtherRole")["Policies"]) == 1


def test_functions_of_the_database_that_nothing_calls_by_itself_are_in_the_outputs() -> None:
    outputs = template()["Outputs"]
    assert outputs["SubmitFunctionName"]["Value"] == {"Ref": "SubmitFunction"}
    assert "OtherFunctionName" not in outputs


def test_given_network_comes_by_parameters() -> None:
    made = template(network="given")
    assert {"VpcId", "SubnetIdA", "SubnetIdB"} <= set(made["Parameters"])
    assert not of_type(made, "AWS::EC2::VPC")
    assert not of_type(made, "AWS::EC2::VPCEndpoint")
    assert properties("Database", network="given")["VPCSecurityGroups"]
    assert properties("DatabaseSubnets", network="given")["SubnetIds"] == [
        {"Ref": "SubnetIdA"},
        {"Ref": "SubnetIdB"},
    ]
    assert ways(made) == {
        ("FunctionsGroup", "ProxyGroup", 5432),
        ("DatabaseGroup", "DatabaseGroup", 5432),
        ("FunctionsGroup", "0.0.0.0/0", 443),
    }


def test_layer_on_postgresql_has_no_tables_of_dynamodb() -> None:
    assert not of_type(template(), "AWS::DynamoDB::Table")


@pytest.mark.parametrize(
    ("target", "advice"),
    [("postgres", "RdsPostgres"), ("sqlite", "another target")],
)
def test_layer_that_aws_has_no_place_for_is_refused(target: Any, advice: str) -> None:
    layer = Layer("jobs", target=target, tables=[Table("jobs", Job, partition="id")])
    with pytest.raises(UnsupportedByEngine) as raised:
        stack_of(layer, {"jobs": "jobs"})
    assert advice in raised.value.fix
