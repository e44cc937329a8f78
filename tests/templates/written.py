"""Templates that a test writes and reads."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from trueup.templates.reading import read_template
from trueup.templates.template import Template, TemplateResource


def read(folder: Path, text: str, name: str = "a.yaml", **parameters: str) -> Template:
    """The template in a text, from a file of its own."""
    path = folder / name
    path.write_text(dedent(text), encoding="utf-8")
    return read_template(path, parameters)


def read_resource(folder: Path, properties: str, **parameters: str) -> TemplateResource:
    """The resource `A`, with properties in YAML of one line. The template has the parameter `Stage`
    without a value, a mapping, and a table `Orders` by the name `orders`."""
    text = f"""
        Parameters:
          Stage: {{Type: String}}
          Names: {{Type: CommaDelimitedList, Default: 'a, b'}}
        Mappings:
          Units: {{dev: {{read: 5}}, prod: {{read: 50}}}}
        Conditions:
          IsProd: !Equals [!Ref Stage, prod]
          IsOdd: !Or [!Condition IsProd, !Equals [a, a]]
          IsEven: !And [!Not [!Equals [a, a]], !Condition IsProd]
        Resources:
          Orders:
            Type: AWS::DynamoDB::Table
            Properties: {{TableName: orders}}
          A:
            Type: Test::Resource
            Properties: {{{properties}}}
        """
    return read(folder, text, **parameters).resources["A"]


PROJECT = {
    "pyproject.toml": """
[tool.trueup]
layer = "tables:layer"

[tool.trueup.stages.prod]
url = "dynamodb://eu-west-1"
protect = true
""",
    "tables.py": """
from trueup import Layer, Model, Table

class Order(Model):
    id: str

layer = Layer("shop", target="dynamodb", tables=[Table("Orders", Order, partition="id")])
""",
    "template.yaml": """
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      TableName: Orders
      BillingMode: PAY_PER_REQUEST
      DeletionProtectionEnabled: true
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
""",
}
"""The files of a project on DynamoDB, whose template agrees with its declarations."""
