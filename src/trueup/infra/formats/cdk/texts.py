"""The texts of the files, with `<name>` where a part of a stack comes.

Source: https://docs.aws.amazon.com/cdk/v2/guide/environments.html
"""

from __future__ import annotations

import re


def filled(text: str, **parts: str) -> str:
    """A text with its parts; what is in a part stays as it is."""
    return re.sub(r"<([a-z]+)>", lambda found: parts[found[1]], text)


MODULE = '''"""<mark>"""

from __future__ import annotations

<expressions>from typing import Any, TypeAlias

import aws_cdk as cdk
<dynamodb><imports>from constructs import Construct

_Bodies: TypeAlias = dict[str, dict[str, Any]]
<statements>

class DataLayer(Construct):
    """<description>."""

<attributes>    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        for name, body in _PARAMETERS.items():
            self._parameter(name, body)
        self._resources = {
            name: self._resource(name, body) for name, body in _RESOURCES.items()
        }
        for name, body in _OUTPUTS.items():
            self._output(name, body)
<tables><functions><grants><grant><table><function>
    def _parameter(self, name: str, body: dict[str, Any]) -> None:
        parameter = cdk.CfnParameter(
            self,
            name,
            type=body["Type"],
            description=body["Description"],
            default=body.get("Default"),
        )
        parameter.override_logical_id(name)

    def _resource(self, name: str, body: dict[str, Any]) -> cdk.CfnResource:
        resource = cdk.CfnResource(
            self, name, type=body["Type"], properties=body["Properties"]
        )
        resource.override_logical_id(name)
        for part in ("DependsOn", "DeletionPolicy", "UpdateReplacePolicy"):
            if part in body:
                resource.add_override(part, body[part])
        return resource

    def _output(self, name: str, body: dict[str, Any]) -> None:
        output = cdk.CfnOutput(
            self,
            name,
            value=cdk.Token.as_string(body["Value"]),
            description=body["Description"],
            export_name=body.get("Export", {}).get("Name"),
        )
        output.override_logical_id(name)

    def _attribute(self, resource: str, name: str) -> str:
        """What another construct can use, in this stack and in others."""
        if resource not in self._resources:
            return cdk.Fn.ref(resource)
        if not name:
            return self._resources[resource].ref
        return cdk.Token.as_string(self._resources[resource].get_att(name))


<data>
'''

METHOD = '''
    <line>
        """Allow what the function declares that it reads and writes."""
        self._grant(grantee, "<function>")
'''

TABLES = {
    "dynamodb": "from aws_cdk import aws_dynamodb as dynamodb\n",
    "tables": """        for attribute, name in _TABLES.items():
            setattr(self, attribute, self._table(name))
""",
    "table": """
    def _table(self, name: str) -> dynamodb.ITable:
        properties = _RESOURCES[name]["Properties"]
        indexes = properties.get("GlobalSecondaryIndexes", [])
        has_stream = "StreamSpecification" in properties
        return dynamodb.Table.from_table_attributes(
            self,
            f"{name}Reference",
            table_arn=self._attribute(name, "Arn"),
            table_stream_arn=(
                self._attribute(name, "StreamArn") if has_stream else None
            ),
            global_indexes=[one["IndexName"] for one in indexes],
        )
""",
}
"""What a module has if its stack has tables."""

FUNCTIONS = {
    "expressions": "import re\n",
    "imports": """from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
""",
    "statements": "_Statements: TypeAlias = dict[str, list[dict[str, Any]]]\n",
    "functions": """        for attribute, name in _FUNCTIONS.items():
            setattr(self, attribute, self._function(name))
""",
    "grant": '''
    def _grant(self, grantee: iam.IGrantable, function: str) -> None:
        for statement in _GRANTS[function]:
            allowed = iam.PolicyStatement(
                actions=statement["Action"],
                resources=[self._text(one) for one in statement["Resource"]],
                conditions=statement.get("Condition"),
            )
            grantee.grant_principal.add_to_principal_policy(allowed)

    def _text(self, value: Any) -> str:
        """An ARN, with references that CDK follows to another stack."""
        if isinstance(value, str):
            return value
        if "Ref" in value:
            return self._attribute(value["Ref"], "")
        if "Fn::GetAtt" in value:
            return self._attribute(*value["Fn::GetAtt"])
        return re.sub(
            r"\\$\\{([^}.]+)\\.?([^}]*)\\}",
            lambda found: self._attribute(found[1], found[2]),
            value["Fn::Sub"],
        )
''',
    "function": """
    def _function(self, name: str) -> lambda_.IFunction:
        return lambda_.Function.from_function_attributes(
            self,
            f"{name}Reference",
            function_arn=self._attribute(name, "Arn"),
            same_environment=True,
        )
""",
}
"""What a module has if its stack has functions."""

APP = '''"""<mark>

Deploy it: cdk deploy --app "python <app>"
"""

from __future__ import annotations

import os

import aws_cdk as cdk

from <module> import DataLayer  # isort: skip

app = cdk.App()
stack = cdk.Stack(
    app,
    <name>,
    description=<description>,
    env=cdk.Environment(
        account=os.environ.get("CDK_DEFAULT_ACCOUNT"),
        region=os.environ.get("CDK_DEFAULT_REGION", "us-east-1"),
    ),
)
DataLayer(stack, "DataLayer")
app.synth()
'''
