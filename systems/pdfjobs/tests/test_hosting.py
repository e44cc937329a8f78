"""What the story says of the API and the database in AWS, row by row."""

from __future__ import annotations

import json
import os
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from systems.pdfjobs.handlers import FOR_MIGRATIONS, THROUGH_PROXY
from systems.pdfjobs.models import Job, JobResult
from systems.pdfjobs.tables import layer
from systems.pdfjobs.tests.golden_stacks import FOLDER, PARTS, part, template, written
from trueup.engines.connect import find_driver
from trueup.infra import stack_of
from trueup.infra.permissions.files import permissions_file
from trueup.infra.permissions.functions import Deployed

SECRET = {"Fn::GetAtt": ["Database", "MasterUserSecret.SecretArn"]}
SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-made-up"
IMPORT = re.compile(r"^(?:from ([a-z_]\w*)\S* import|import ([a-z_]\w*)$)", re.MULTILINE)
USING = ("submit-job", "list-jobs", "get-job", "db-migrate")
"""The functions that use the database."""


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the resources of a type, by id."""
    return {
        id: one["Properties"]
        for id, one in template()["Resources"].items()
        if one["Type"] == f"AWS::{kind}"
    }


def function(name: str) -> dict[str, Any]:
    """The properties of a function in AWS Lambda."""
    found = of_type("Lambda::Function").values()
    return next(one for one in found if one["FunctionName"] == f"pdfjobs-production-{name}")


def group(reference: Any) -> str:
    """The id of a security group that is referred to."""
    found: str = reference["Fn::GetAtt"][0]
    return found


@pytest.mark.req("C62")
@pytest.mark.parametrize("file", PARTS)
def test_stack_is_the_golden_one(file: str) -> None:
    """One that is meant to change: `python -m systems.pdfjobs.tests.golden_stacks`."""
    assert written(file) == (FOLDER / file).read_text(encoding="utf-8")
    assert part(file)


@pytest.mark.req("C39")
def test_each_client_has_an_api_key() -> None:
    keys = of_type("ApiGateway::ApiKey")
    assert {one["Name"] for one in keys.values()} == {
        f"pdfjobs-production-client-{client}" for client in ("demo", "acme", "beta")
    }
    assert all(one["Enabled"] and "Value" not in one for one in keys.values())


@pytest.mark.req("C40")
def test_usage_plans_limit_the_rate_of_each_key() -> None:
    plans = of_type("ApiGateway::UsagePlan")
    assert {one["UsagePlanName"]: one["Throttle"] for one in plans.values()} == {
        "pdfjobs-production-trial": {"RateLimit": 2, "BurstLimit": 4},
        "pdfjobs-production-standard": {"RateLimit": 10, "BurstLimit": 20},
    }
    linked = {one["KeyId"]["Ref"] for one in of_type("ApiGateway::UsagePlanKey").values()}
    assert linked == set(of_type("ApiGateway::ApiKey"))


def test_usage_plans_have_a_rate_for_a_method_and_a_quota() -> None:
    """That they are enforced: `tests/deploys/test_plans_over_http.py`."""
    for plan in of_type("ApiGateway::UsagePlan").values():
        (stage,) = plan["ApiStages"]
        assert stage["Throttle"] == {"/jobs/POST": {"RateLimit": 1, "BurstLimit": 2}}
        assert plan["Quota"]["Period"] == "MONTH"


@pytest.mark.req("C57")
def test_database_is_postgresql_16_4_and_grows_from_20_gb_to_1_tb() -> None:
    (database,) = of_type("RDS::DBInstance").values()
    assert (database["Engine"], database["EngineVersion"]) == ("postgres", "16.4")
    assert (database["AllocatedStorage"], database["MaxAllocatedStorage"]) == ("20", 1000)


@pytest.mark.req("C58")
def test_proxy_requires_tls() -> None:
    (proxy,) = of_type("RDS::DBProxy").values()
    assert proxy["RequireTLS"] is True


@pytest.mark.req("C59")
def test_network_has_isolated_subnets_and_security_groups() -> None:
    subnets = of_type("EC2::Subnet")
    assert len({json.dumps(one["AvailabilityZone"]) for one in subnets.values()}) == 2
    types = {one["Type"] for one in template()["Resources"].values()}
    ways_out = ("InternetGateway", "NatGateway", "Route", "EgressOnlyInternetGateway")
    assert not types & {f"AWS::EC2::{way}" for way in ways_out}
    associated = {
        one["SubnetId"]["Ref"] for one in of_type("EC2::SubnetRouteTableAssociation").values()
    }
    assert associated == set(subnets)
    assert len(of_type("EC2::SecurityGroup")) == 4


@pytest.mark.req("C60", "C85")
def test_functions_reach_the_database_through_the_proxy_and_nothing_else_does() -> None:
    (database,) = of_type("RDS::DBInstance").values()
    (proxy,) = of_type("RDS::DBProxy").values()
    assert database["PubliclyAccessible"] is False
    assert list(map(group, database["VPCSecurityGroups"])) == ["DatabaseGroup"]
    assert list(map(group, proxy["VpcSecurityGroupIds"])) == ["ProxyGroup", "DatabaseGroup"]
    rules = of_type("EC2::SecurityGroupIngress").values()
    to_proxy_and_database = {
        (group(one["SourceSecurityGroupId"]), group(one["GroupId"]), one["ToPort"])
        for one in rules
        if group(one["GroupId"]) != "EndpointGroup"
    }
    assert to_proxy_and_database == {
        ("FunctionsGroup", "ProxyGroup", 5432),
        ("DatabaseGroup", "DatabaseGroup", 5432),
    }
    assert not any("SecurityGroupIngress" in one for one in of_type("EC2::SecurityGroup").values())
    members = {
        one["Properties"]["FunctionName"].removeprefix("pdfjobs-production-")
        for one in template()["Resources"].values()
        if "FunctionsGroup" in str(one) and not one["Type"].startswith("AWS::EC2::")
    }
    assert members == set(USING)


@pytest.mark.req("C66")
def test_way_from_the_proxy_to_the_database_stays_in_its_security_group() -> None:
    egress = [
        (group(one["DestinationSecurityGroupId"]), one["FromPort"], one["ToPort"])
        for one in of_type("EC2::SecurityGroupEgress").values()
        if group(one["GroupId"]) == "DatabaseGroup"
    ]
    assert egress == [("DatabaseGroup", 5432, 5432)]
    inbuilt = of_type("EC2::SecurityGroup")["DatabaseGroup"]["SecurityGroupEgress"]
    assert [one["CidrIp"] for one in inbuilt] == ["127.0.0.1/32"]


@pytest.mark.req("C61")
def test_logins_are_in_a_secret_that_rds_makes() -> None:
    (database,) = of_type("RDS::DBInstance").values()
    assert database["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in database
    for name in USING:
        variables = function(name)["Environment"]["Variables"]
        assert variables["DB_SECRET_ARN"] == SECRET
    assert template()["Outputs"]["DatabaseSecretArn"]["Value"] == SECRET


@pytest.mark.req("C63")
def test_api_is_a_rest_api_that_takes_keys_from_a_header() -> None:
    (api,) = of_type("ApiGateway::RestApi").values()
    assert api["ApiKeySourceType"] == "HEADER"
    assert not [one for one in template()["Resources"].values() if "ApiGatewayV2" in one["Type"]]


@pytest.mark.req("C65")
def test_secret_is_read_through_an_interface_endpoint_without_nat() -> None:
    (endpoint,) = of_type("EC2::VPCEndpoint").values()
    assert endpoint["VpcEndpointType"] == "Interface"
    assert endpoint["ServiceName"] == {"Fn::Sub": "com.amazonaws.${AWS::Region}.secretsmanager"}
    assert endpoint["PrivateDnsEnabled"] is True
    assert set(map(group, endpoint["SecurityGroupIds"])) == {"EndpointGroup"}
    assert not of_type("EC2::NatGateway")


@pytest.mark.req("C67")
def test_health_needs_no_key_and_all_others_do() -> None:
    methods = of_type("ApiGateway::Method")
    open_to_all = {id for id, one in methods.items() if not one["ApiKeyRequired"]}
    assert open_to_all == {"ApiGetMethod"}
    health = methods["ApiGetMethod"]
    assert health["HttpMethod"] == "GET"
    assert health["ResourceId"] == {"Fn::GetAtt": ["Api", "RootResourceId"]}
    assert "HealthFunction.Arn" in str(health["Integration"])


@pytest.mark.req("C7", "C52", "C80")
def test_connections_are_pooled_by_the_proxy_in_private_subnets() -> None:
    (targets,) = of_type("RDS::DBProxyTargetGroup").values()
    assert targets["ConnectionPoolConfigurationInfo"]["MaxConnectionsPercent"] == 90
    (proxy,) = of_type("RDS::DBProxy").values()
    assert [one["SecretArn"] for one in proxy["Auth"]] == [SECRET]
    for name in USING:
        given = function(name)
        assert given["VpcConfig"]["SubnetIds"] == proxy["VpcSubnetIds"]
        variables = given["Environment"]["Variables"]
        assert variables["DB_SECRET_ARN"] == SECRET
        assert variables["DB_HOST"] == {"Fn::GetAtt": ["DatabaseProxy", "Endpoint"]}


@pytest.mark.req("C83")
def test_all_access_goes_through_the_proxy_with_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy requires TLS, and a client looks at the proxy's certificate and its name."""
    host = "pdfjobs.proxy-abc.eu-west-1.rds.amazonaws.com"
    for name in USING:
        variables = function(name)["Environment"]["Variables"]
        assert variables["DB_HOST"] == {"Fn::GetAtt": ["DatabaseProxy", "Endpoint"]}
    for name, value in (("HOST", host), ("NAME", "pdfjobs"), ("SECRET_ARN", SECRET_ARN)):
        monkeypatch.setenv(f"DB_{name}", value)
    url: Any = find_driver(THROUGH_PROXY)[1]
    parameters = url.in_environment(os.environ).parameters
    assert (parameters["host"], parameters["sslmode"]) == (host, "verify-full")
    (proxy,) = of_type("RDS::DBProxy").values()
    assert proxy["RequireTLS"] is True


@pytest.mark.req("C78")
def test_functions_need_few_packages() -> None:
    """All that `pip install trueup[postgres,dynamodb]` brings. The latter is for the secret."""
    imported = {
        "".join(found)
        for path in Path(__file__).parents[1].glob("*.py")
        for found in IMPORT.findall(path.read_text())
    }
    assert imported - sys.stdlib_module_names == {"pydantic", "trueup"}
    assert packages("trueup", {"postgres", "dynamodb"}) == {
        *("annotated-types", "botocore", "httptools", "jmespath", "msgspec", "orjson", "psycopg"),
        *("psycopg-binary", "pydantic", "pydantic-core", "python-dateutil", "six", "trueup"),
        *("typing-extensions", "typing-inspection", "urllib3"),
    }


def packages(name: str, extras: set[str]) -> set[str]:
    """A package with all that it needs, here, with these extras."""
    found = {name}
    for text in metadata.requires(name) or ():
        needed = Requirement(text)
        if any(_holds(needed, extra) for extra in (extras or {""})):
            found |= packages(needed.name.lower().replace("_", "-"), needed.extras)
    return found


def _holds(needed: Requirement, extra: str) -> bool:
    return needed.marker is None or needed.marker.evaluate({"extra": extra})


@pytest.mark.req("C84")
def test_no_connection_string_is_written_down() -> None:
    """Neither in the code of pdfjobs nor in its template: host, user and password come from the
    stack, and what is left of the URL says only that."""
    texts = [path.read_text() for path in Path(__file__).parents[1].glob("*.py")]
    urls = {url for text in texts for url in re.findall(r"postgres(?:ql)?://[^\s\"'`,)]+", text)}
    assert {url for url in urls if "localhost" not in url} <= {
        "postgresql://embedded",
        "postgresql://debian",
        THROUGH_PROXY,
        FOR_MIGRATIONS,
    }
    assert THROUGH_PROXY.startswith("postgresql://env?")
    assert "postgres://" not in json.dumps(template())
    assert "postgresql://" not in json.dumps(template())


@pytest.mark.req("C86")
def test_keys_are_looked_at_by_the_gateway_and_stored_in_no_table() -> None:
    columns = {name for model in (Job, JobResult) for name in model.model_fields}
    assert not [name for name in columns if re.search(r"key|secret|password|token(?!s_used)", name)]
    with_key = [
        route.path for function in layer.functions for route in function.routes if route.key
    ]
    assert with_key == ["/jobs", "/jobs", "/jobs/{id}"]


@pytest.mark.req("C70")
def test_decision_for_keys_of_the_gateway_is_recorded_with_its_reasons() -> None:
    record = Path(__file__).parents[3] / "adr" / "0041-keys-of-the-gateway.md"
    text = record.read_text(encoding="utf-8")
    assert "API keys of the gateway in place of keys in the database" in text
    for reason in ("Security", "Performance", "Operation", "Cost"):
        assert re.search(rf"^\* \*\*{reason}\*\*: \S", text, re.MULTILINE), reason
    assert "## Rejected" in text


@pytest.mark.req("C45")
def test_migration_is_a_function_on_demand_whose_name_is_an_output() -> None:
    migrate = of_type("Lambda::Function")["DbMigrateFunction"]
    assert migrate["Handler"] == "systems.pdfjobs.handlers.migrate"
    assert template()["Outputs"]["DbMigrateFunctionName"]["Value"] == {"Ref": "DbMigrateFunction"}
    assert "DbMigrateFunction.Arn" not in json.dumps(template())  # no API, no trigger calls it


@pytest.mark.req("CT17")
def test_migration_is_called_by_nobody_but_whom_the_policy_for_it_is_given_to(
    tmp_path: Path,
) -> None:
    """The function has no policy of its own, and no role of the stack may call functions."""
    permitted = of_type("Lambda::Permission").values()
    assert "DbMigrate" not in json.dumps(list(permitted))
    assert "lambda:Invoke" not in json.dumps(list(of_type("IAM::Role").values()))
    names = {table.name: table.name for table in layer.tables}
    stack = stack_of(layer, names, stage="production", is_protected=True)
    written = permissions_file(stack, Deployed(layer, names, stage="production"), tmp_path)
    policies = json.loads(written.text)
    [statement] = policies["invoke"]["Statement"]
    assert statement["Action"] == ["lambda:InvokeFunction"]
    assert statement["Resource"].endswith(":function:pdfjobs-production-db-migrate")
    others = {name: one for name, one in policies.items() if name != "invoke"}
    assert "lambda:Invoke" not in json.dumps(others)
