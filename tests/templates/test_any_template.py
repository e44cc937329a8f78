"""Any template is read, or refused by an error of ours: documents in the shape of CloudFormation's
are drawn, with functions in every place."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trueup import DeclarationError
from trueup.templates.reading import read_template

NAMES = st.sampled_from(["A", "B", "C", "Stage", "AWS::Region", "AWS::NoValue", "Orders.Arn", ""])
TEXTS = NAMES | st.sampled_from(
    ["${A}", "x-${Stage}", "${!A}", "${Orders.Arn}", "{{resolve:ssm:a}}", "true", "1", "${", "${}"]
)
FUNCTIONS = st.sampled_from(
    [
        *("Ref", "Fn::Sub", "Fn::GetAtt", "Fn::If", "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not"),
        *("Condition", "Fn::FindInMap", "Fn::Join", "Fn::Split", "Fn::Select", "Fn::Base64"),
        *("Fn::ImportValue", "Fn::ForEach::L", "Fn::Length", "Fn::ToJsonString", "Fn::Transform"),
        *("Fn::Cidr", "Fn::Other", "DefaultValue"),
    ]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(-3, 40),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES, inner, max_size=3)
        | st.builds(lambda name, argument: {name: argument}, FUNCTIONS, inner)
        | st.builds(lambda name, listed: {name: listed}, FUNCTIONS, st.lists(inner, max_size=3))
    ),
    max_leaves=12,
)
TYPES = (
    st.sampled_from(
        ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable", "X"]
    )
    | VALUES
)
PARTS = (
    *("TableName", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes"),
    *("BillingMode", "ProvisionedThroughput", "TimeToLiveSpecification", "Tags"),
    *("SSESpecification", "StreamSpecification", "ResourcePolicy", "Replicas"),
)
PROPERTIES = st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, VALUES))
RESOURCES = st.fixed_dictionaries(
    {},
    optional={
        "Type": TYPES,
        "Properties": PROPERTIES | VALUES,
        "Condition": VALUES,
        "DependsOn": VALUES,
        "DeletionPolicy": VALUES,
    },
)
SECTIONS = NAMES | FUNCTIONS
TEMPLATES = st.fixed_dictionaries(
    {"Resources": st.dictionaries(SECTIONS, RESOURCES | VALUES, max_size=4)},
    optional={
        "Parameters": st.dictionaries(SECTIONS, VALUES, max_size=2) | VALUES,
        "Mappings": VALUES,
        "Conditions": st.dictionaries(SECTIONS, VALUES, max_size=3),
        "Outputs": st.dictionaries(SECTIONS, RESOURCES | VALUES, max_size=2),
        "Transform": VALUES,
        "Globals": VALUES,
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(template=TEMPLATES)
def test_any_template_is_read_or_refused(template: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(template))

    with suppress(DeclarationError):
        read_template(path)
