"""The module of a stack: a construct with the stack's resources, its tables and functions as
attributes, and a method for each function that grants what it declares.

The resources stand in it as CloudFormation has them, under the same logical names: what CDK makes
of the module is the template that `cloudformation` gives. It needs aws-cdk-lib, and not Trueup.

Sources:
    https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk/CfnResource.html
    https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_iam/PolicyStatement.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...values import Stack
from ..cloudformation import cloudformation
from ..labels import label
from .literals import LINE, literal, text
from .texts import APP, FUNCTIONS, METHOD, MODULE, TABLES, filled

TABLE = "AWS::DynamoDB::Table"
FUNCTION = "AWS::Lambda::Function"


def module_text(stack: Stack, mark: str) -> str:
    """The text of the module. mark: what it says at its beginning."""
    template = cloudformation(stack)
    tables = {label(one.id): one.id for one in stack.resources if one.type == TABLE}
    functions = {label(one.id): one.id for one in stack.resources if one.type == FUNCTION}
    data: dict[str, object] = {
        "_PARAMETERS: _Bodies": template.get("Parameters", {}),
        "_RESOURCES: _Bodies": template["Resources"],
        "_OUTPUTS: _Bodies": template.get("Outputs", {}),
    }
    if tables:
        data["_TABLES"] = tables
    if functions:
        data |= {
            "_FUNCTIONS": functions,
            "_GRANTS: _Statements": {
                one: _granted(template["Resources"], one) for one in functions.values()
            },
        }
    return filled(
        MODULE,
        mark=mark,
        description=stack.description,
        attributes="".join(_attributes(tables, functions)),
        **FUNCTIONS if functions else dict.fromkeys(FUNCTIONS, ""),
        **TABLES if tables else dict.fromkeys(TABLES, ""),
        grants="".join(_methods(functions)),
        data="\n".join(
            f"{name} = {literal(value, used=len(name) + 3)}" for name, value in data.items()
        ),
    )


def app_text(stack: Stack, module: str, mark: str) -> str:
    """The text of an app that deploys the stack. module: the name of its module."""
    return filled(
        APP,
        mark=mark,
        module=module,
        app=f"{module}_app.py",
        name=text(stack.name),
        description=text(stack.description),
    )


def _granted(resources: Mapping[str, Any], function: str) -> list[Mapping[str, Any]]:
    """What a function may do, but for its own log and its own dead letters."""
    role = resources[function]["Properties"].get("Role")
    name = role["Fn::GetAtt"][0] if isinstance(role, dict) and "Fn::GetAtt" in role else ""
    policies = resources[name]["Properties"].get("Policies", ()) if name else ()
    return [
        _listed(statement)
        for policy in policies
        for statement in policy["PolicyDocument"]["Statement"]
        if not _is_own(statement["Action"])
    ]


def _listed(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    """A statement whose actions and resources are lists, be it one or several."""
    return {
        name: [one] if name in ("Action", "Resource") and not isinstance(one, list) else one
        for name, one in statement.items()
        if name != "Effect"
    }


def _is_own(actions: str | Sequence[str]) -> bool:
    listed = [actions] if isinstance(actions, str) else actions
    return all(one.startswith(("logs:", "sqs:")) for one in listed)


def _attributes(tables: Iterable[str], functions: Iterable[str]) -> Iterator[str]:
    """The attributes with their types, and a line that sets them off."""
    lines = [f"    {name}: dynamodb.ITable\n" for name in tables]
    lines += [f"    {name}: lambda_.IFunction\n" for name in functions]
    yield from lines
    if lines:
        yield "\n"


def _methods(functions: Mapping[str, str]) -> Iterator[str]:
    for attribute, name in functions.items():
        method = f"grant_{attribute.removesuffix('_function')}"
        line = f"def {method}(self, grantee: iam.IGrantable) -> None:"
        if len(line) + 4 > LINE:
            line = f"def {method}(\n        self, grantee: iam.IGrantable\n    ) -> None:"
        yield filled(METHOD, line=line, function=name)
