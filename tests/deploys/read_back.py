"""What the services say of resources, beside what a template gave.

A reader returns a resource under CloudFormation's names, which are those of the services but for
the case of letters and what `RENAMED` has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.deploys.account import Account

Properties: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Deployed:
    """A stack in an account. ids: physical identifiers by logical ones."""

    account: Account
    ids: Mapping[str, str]

    def id(self, reference: Any) -> str:
        """The identifier of what a property refers to."""
        if "Ref" in reference:
            return str(self.ids[reference["Ref"]])
        api = self.ids[reference["Fn::GetAtt"][0]]
        items = self.account.client("apigateway").get_resources(restApiId=api)["items"]
        return str(next(one["id"] for one in items if one["path"] == "/"))


Reader: TypeAlias = Callable[[Deployed, str, Properties], Properties]

RENAMED: Mapping[str, Mapping[str, str]] = {
    "AWS::ApiGateway::RestApi": {"ApiKeySourceType": "apiKeySource"},
    "AWS::ApiGateway::Method": {
        "Integration": "methodIntegration",
        "IntegrationHttpMethod": "httpMethod",
    },
    "AWS::ApiGateway::Stage": {"AccessLogSetting": "accessLogSettings"},
    "AWS::ApiGateway::UsagePlan": {"UsagePlanName": "name"},
    "AWS::ApiGateway::UsagePlanKey": {"KeyType": "type"},
    "AWS::RDS::DBInstance": {
        "EnableIAMDatabaseAuthentication": "IAMDatabaseAuthenticationEnabled",
        "EnablePerformanceInsights": "PerformanceInsightsEnabled",
        "EnableCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
        "Tags": "TagList",
    },
    "AWS::RDS::DBParameterGroup": {"Family": "DBParameterGroupFamily"},
    "AWS::EC2::SecurityGroup": {"GroupDescription": "Description"},
}


def dropped(kind: str, given: Properties, live: Properties) -> set[str]:
    """The paths of properties that are not in what the service says."""
    return set(_lost(given, live, (), RENAMED.get(kind, {})))


REFERENCES = ({"Ref"}, {"Fn::GetAtt"}, {"Fn::Sub"}, {"Fn::Select"})
"""What is known on deployment only, and not compared."""


def _lost(given: Any, live: Any, path: tuple[str, ...], names: Properties) -> Iterator[str]:
    match given:
        case dict() if set(given) in REFERENCES:
            return
        case dict():
            for name, value in given.items():
                found = _member(live, names.get(name, name))
                if name == "Tags":
                    yield from _lost(_tags(value), _tags(found), (*path, name), {})
                elif found is not None:
                    yield from _lost(value, found, (*path, name), names)
                elif not isinstance(value, dict) or set(value) not in REFERENCES:
                    yield ".".join((*path, name))
        case list():
            for one in given:
                losses = [set(_lost(one, other, path, names)) for other in live]
                yield from min(losses, key=len, default={".".join(path)})
        case _:
            if not _is_same(given, live):
                yield ".".join(path)


def _member(live: Any, name: str) -> Any:
    """The member of that name, in letters of any case."""
    members = live.items() if isinstance(live, dict) else ()
    return next((one for key, one in members if key.lower() == name.lower()), None)


def _is_same(given: Any, live: Any) -> bool:
    if isinstance(given, (int, float)) and isinstance(live, (int, float)):
        return given == live
    return str(given).lower() == str(live).lower()


def _tags(value: Any) -> dict[str, str]:
    if isinstance(value, list):
        return {one.get("Key") or one["key"]: one.get("Value", one.get("value")) for one in value}
    return dict(value or {})


def _stage(at: Deployed, id: str, given: Properties) -> Properties:
    found = at.account.client("apigateway").get_stage(
        restApiId=at.id(given["RestApiId"]), stageName=given["StageName"]
    )
    settings = [
        {
            **one,
            "resourcePath": f"/{place.rsplit('/', 1)[0]}",
            "httpMethod": place.rsplit("/", 1)[1],
        }
        for place, one in found["methodSettings"].items()
    ]
    return {**found, "methodSettings": settings}


def _function(at: Deployed, id: str, given: Properties) -> Properties:
    found = at.account.client("lambda").get_function(FunctionName=id)
    return {**found["Configuration"], "Tags": found.get("Tags", {}), "Code": given["Code"]}


def _log(at: Deployed, id: str, given: Properties) -> Properties:
    logs = at.account.client("logs")
    (found,) = logs.describe_log_groups(logGroupNamePrefix=given["LogGroupName"])["logGroups"]
    tags = logs.list_tags_for_resource(resourceArn=found["arn"].removesuffix(":*"))["tags"]
    return {**found, "Tags": tags}


def _role(at: Deployed, id: str, given: Properties) -> Properties:
    iam = at.account.client("iam")
    names = iam.list_role_policies(RoleName=id)["PolicyNames"]
    attached = iam.list_attached_role_policies(RoleName=id)["AttachedPolicies"]
    return {
        **iam.get_role(RoleName=id)["Role"],
        "Policies": [iam.get_role_policy(RoleName=id, PolicyName=name) for name in names],
        "ManagedPolicyArns": [one["PolicyArn"] for one in attached],
    }


def _network(kind: str, key: str) -> Reader:
    """A reader of a part of a network. kind: of `describe_<kind>s`; key: its list in the reply."""

    def read(at: Deployed, id: str, given: Properties) -> Properties:
        ec2 = at.account.client("ec2")
        found: Properties = getattr(ec2, f"describe_{kind}s")(
            **{f"{key.removesuffix('s')}Ids": [id]}
        )[key][0]
        return found

    return read


def _vpc(at: Deployed, id: str, given: Properties) -> Properties:
    ec2 = at.account.client("ec2")
    attributes = {
        name[:1].upper() + name[1:]: ec2.describe_vpc_attribute(VpcId=id, Attribute=name)[
            name[:1].upper() + name[1:]
        ]["Value"]
        for name in ("enableDnsSupport", "enableDnsHostnames")
    }
    return {**ec2.describe_vpcs(VpcIds=[id])["Vpcs"][0], **attributes}


def _group(at: Deployed, id: str, given: Properties) -> Properties:
    (found,) = at.account.client("ec2").describe_security_groups(GroupIds=[id])["SecurityGroups"]
    egress = [
        {**rule, **address}
        for rule in found["IpPermissionsEgress"]
        for address in rule.get("IpRanges", ())
    ]
    return {**found, "SecurityGroupEgress": egress}


def _endpoint(at: Deployed, id: str, given: Properties) -> Properties:
    (found,) = at.account.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[id])["VpcEndpoints"]
    policy = found.get("PolicyDocument")
    return {**found, "PolicyDocument": json.loads(policy) if policy else None}


def _server(at: Deployed, id: str, given: Properties) -> Properties:
    rds = at.account.client("rds")
    (found,) = rds.describe_db_instances(DBInstanceIdentifier=id)["DBInstances"]
    return {
        **found,
        "Port": found["Endpoint"]["Port"],
        "ManageMasterUserPassword": "MasterUserSecret" in found,
    }


def _settings(at: Deployed, id: str, given: Properties) -> Properties:
    rds = at.account.client("rds")
    (found,) = rds.describe_db_parameter_groups(DBParameterGroupName=id)["DBParameterGroups"]
    parameters = rds.describe_db_parameters(DBParameterGroupName=id)["Parameters"]
    tags = rds.list_tags_for_resource(ResourceName=found["DBParameterGroupArn"])["TagList"]
    values = {one["ParameterName"]: one.get("ParameterValue") for one in parameters}
    return {**found, "Parameters": values, "Tags": tags}


def _subnets(at: Deployed, id: str, given: Properties) -> Properties:
    rds = at.account.client("rds")
    (found,) = rds.describe_db_subnet_groups(DBSubnetGroupName=id)["DBSubnetGroups"]
    tags = rds.list_tags_for_resource(ResourceName=found["DBSubnetGroupArn"])["TagList"]
    inside = [one["SubnetIdentifier"] for one in found["Subnets"]]
    return {**found, "SubnetIds": inside, "Tags": tags}


def _alarm(at: Deployed, id: str, given: Properties) -> Properties:
    alarms = at.account.client("cloudwatch").describe_alarms(AlarmNames=[given["AlarmName"]])
    found: Properties = alarms["MetricAlarms"][0]
    return found


def _dashboard(at: Deployed, id: str, given: Properties) -> Properties:
    found: Properties = at.account.client("cloudwatch").get_dashboard(DashboardName=id)
    return found


def _gateway(call: str, **arguments: str) -> Reader:
    """A reader of a part of API Gateway. arguments: of the call, by the property that refers to
    their value; `id` is the identifier of the resource itself."""

    def read(at: Deployed, id: str, given: Properties) -> Properties:
        values = {
            name: id
            if of == "id"
            else given[of]
            if isinstance(given[of], str)
            else at.id(given[of])
            for name, of in arguments.items()
        }
        found: Properties = getattr(at.account.client("apigateway"), call)(**values)
        return found

    return read


READERS: Mapping[str, Reader] = {
    "AWS::ApiGateway::ApiKey": _gateway("get_api_key", apiKey="id"),
    "AWS::ApiGateway::Method": _gateway(
        "get_method", restApiId="RestApiId", resourceId="ResourceId", httpMethod="HttpMethod"
    ),
    "AWS::ApiGateway::Resource": _gateway("get_resource", restApiId="RestApiId", resourceId="id"),
    "AWS::ApiGateway::RestApi": _gateway("get_rest_api", restApiId="id"),
    "AWS::ApiGateway::Stage": _stage,
    "AWS::ApiGateway::UsagePlan": _gateway("get_usage_plan", usagePlanId="id"),
    "AWS::ApiGateway::UsagePlanKey": _gateway(
        "get_usage_plan_key", usagePlanId="UsagePlanId", keyId="KeyId"
    ),
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::EC2::RouteTable": _network("route_table", "RouteTables"),
    "AWS::EC2::SecurityGroup": _group,
    "AWS::EC2::Subnet": _network("subnet", "Subnets"),
    "AWS::EC2::VPC": _vpc,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::IAM::Role": _role,
    "AWS::Lambda::Function": _function,
    "AWS::Logs::LogGroup": _log,
    "AWS::RDS::DBInstance": _server,
    "AWS::RDS::DBParameterGroup": _settings,
    "AWS::RDS::DBSubnetGroup": _subnets,
}
