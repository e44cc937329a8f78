"""Functions in AWS Lambda as resources: each with a role and a log of its own.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...model.declarations.functions import Function
from ...model.declarations.layer import Layer
from ...model.declarations.table import NameFromEnvironment, Table
from ..names import resource_id
from ..permissions.functions import Deployed, policy_of
from ..permissions.statements import trust
from ..values import Attribute, Parameter, Property, Resource
from .postgres.postgres import Reach, network_policy
from .triggers import trigger_resources

FUNCTION = "AWS::Lambda::Function"
ROLE = "AWS::IAM::Role"
LOG_GROUP = "AWS::Logs::LogGroup"
RUNTIME = "python3.13"
"""Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
CODE = (
    Parameter("CodeBucket", "The S3 bucket that holds the functions' code"),
    Parameter("CodeKey", "The key of the code there: a zip file with all handlers"),
)


def function_id(function: Function) -> str:
    """The logical name of a function's resource."""
    return resource_id(function.name, "Function")


def function_resources(
    function: Function,
    deployed: Deployed,
    tags: Mapping[str, str],
    reach: Reach | None = None,
) -> Iterator[Resource]:
    """A function with all that is its own: log, role, trigger, dead letters.

    reach: what functions have that use the layer's PostgreSQL.

    Raises UnsupportedByEngine for a name that is too long.
    """
    tagged = [{"Key": name, "Value": value} for name, value in sorted(tags.items())]
    reach = reach if function.database else None
    log, role = _log(function, deployed, tagged), _role(function, deployed, tagged, reach)
    yield log
    yield role
    properties = {
        **_properties(function, deployed, reach),
        "Role": Attribute(role.id, "Arn"),
        **({"VpcConfig": reach.network} if reach else {}),
        "Tags": tagged,
    }
    # Else Lambda makes the log at the first call, and keeps it for ever.
    yield Resource(function_id(function), FUNCTION, properties, depends_on=(log.id,))
    yield from trigger_resources(function, function_id(function), deployed, tagged)


def _log(function: Function, deployed: Deployed, tags: Sequence[Property]) -> Resource:
    properties: dict[str, Property] = {
        "LogGroupName": f"/aws/lambda/{deployed.name_of(function)}",
        "RetentionInDays": function.log_days,
        "Tags": tags,
    }
    return Resource(resource_id(function.name, "Log"), LOG_GROUP, properties)


def _role(
    function: Function, deployed: Deployed, tags: Sequence[Property], reach: Reach | None
) -> Resource:
    name = deployed.name_of(function)
    policy: Property = {"PolicyName": "declared", "PolicyDocument": policy_of(function, deployed)}
    properties: dict[str, Property] = {
        "Description": f"What the function {name} declares that it reads and writes",
        "AssumeRolePolicyDocument": trust("lambda.amazonaws.com"),
        "Policies": [policy, *([network_policy(name)] if reach else [])],
        "Tags": tags,
    }
    return Resource(resource_id(function.name, "Role"), ROLE, properties)


def _properties(function: Function, deployed: Deployed, reach: Reach | None) -> dict[str, Property]:
    bucket, key = CODE
    concurrent = function.concurrent
    return {
        "FunctionName": deployed.name_of(function),
        **({"Description": function.description} if function.description else {}),
        "Runtime": RUNTIME,
        "Handler": function.handler.replace(":", "."),
        "Code": {"S3Bucket": bucket, "S3Key": key},
        "Timeout": function.timeout_s,
        "MemorySize": function.memory_mb,
        **({} if concurrent is None else {"ReservedConcurrentExecutions": concurrent}),
        "Environment": {
            "Variables": {
                **(reach.environment if reach else {}),
                **environment(function, deployed),
            }
        },
    }


def environment(function: Function, deployed: Deployed) -> Mapping[str, Property]:
    """The variables of a function: the stage, its tables' names, and those that it declares."""
    found: dict[str, Property] = {"TRUEUP_STAGE": deployed.stage} if deployed.stage else {}
    for table in tables_of(function, deployed.layer):
        name = deployed.names[table.name]
        found[table_variable(table)] = name
        if isinstance(table.physical, NameFromEnvironment):
            found[table.physical.variable] = name
    return {**dict(sorted(found.items())), **function.environment}


def table_variable(table: Table[Any]) -> str:
    """The variable with a table's name in the account: `TRUEUP_TABLE_ORDERS`."""
    return "TRUEUP_TABLE_" + "".join(one if one.isalnum() else "_" for one in table.name).upper()


def tables_of(function: Function, layer: Layer) -> list[Table[Any]]:
    """The tables that a function uses, in the layer's order."""
    used = {access.table.name for access in function.accesses}
    if function.changes is not None:
        used.add(function.changes.table.name)
    return [table for table in layer.tables if table.name in used]
