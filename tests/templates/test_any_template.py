"""Any template is read, or refused by an error of ours: documents in the shape of CloudFormation's
are drawn, with functions in every place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.infra.test_templates import NAMES as PHYSICAL
from tests.infra.test_templates import SHOP
from trueup import DeclarationError
from trueup.infra import Format, stack_of, template_text
from trueup.templates.reading import read_template
from trueup.templates.tables import template_tables
from trueup.templates.verification import declared_in_templates, verify_templates

SCHEMAS = declared_in_templates(SHOP, PHYSICAL, protect=True)
STACK = stack_of(SHOP, PHYSICAL, is_protected=True)
TABLES_ALONE = replace(STACK, resources=STACK.resources[:2], outputs=())
TEMPLATE = template_text(TABLES_ALONE, Format.CLOUDFORMATION, is_json=True)
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
TYPES = st.sampled_from(["AWS::Serverless::SimpleTable", "AWS::Serverless::Function", "X"]) | VALUES
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
NAME = st.sampled_from(["a", "b"]) | VALUES
KEY = st.lists(
    st.fixed_dictionaries(
        {"AttributeName": NAME}, optional={"KeyType": st.sampled_from(["HASH", "RANGE"]) | VALUES}
    )
    | VALUES,
    max_size=2,
)
INDEX = st.fixed_dictionaries(
    {},
    optional={
        "IndexName": NAME,
        "KeySchema": KEY,
        "Projection": st.fixed_dictionaries(
            {}, optional={"ProjectionType": st.just("ALL") | VALUES, "NonKeyAttributes": VALUES}
        )
        | VALUES,
        "ContributorInsightsSpecification": VALUES,
        "ProvisionedThroughput": VALUES,
    },
)
DEFINITIONS = [{"AttributeName": name, "AttributeType": "S"} for name in "ab"]


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """A resource that is nearly a table."""
    return draw(
        st.fixed_dictionaries(
            {
                "Type": st.sampled_from(["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"]),
                "Properties": st.fixed_dictionaries(
                    {"KeySchema": st.just([{"AttributeName": "a", "KeyType": "HASH"}]) | KEY},
                    optional={
                        **dict.fromkeys(sorted({*PARTS} - {"KeySchema"}), VALUES),
                        "AttributeDefinitions": st.just(DEFINITIONS) | VALUES,
                        "GlobalSecondaryIndexes": st.lists(INDEX, max_size=2) | VALUES,
                        "Replicas": st.lists(PROPERTIES, min_size=1, max_size=2),
                        "Tags": st.lists(
                            st.fixed_dictionaries({}, optional={"Key": NAME, "Value": VALUES}),
                            max_size=2,
                        ),
                        "ResourcePolicy": st.fixed_dictionaries({"PolicyDocument": VALUES}),
                    },
                ),
            },
            optional={"Condition": VALUES},
        )
    )


SECTIONS = NAMES | FUNCTIONS


@st.composite
def templates(draw: st.DrawFn) -> dict[str, Any]:
    """A document in the shape of a template."""
    return draw(
        st.fixed_dictionaries(
            {"Resources": st.dictionaries(SECTIONS, tables() | RESOURCES | VALUES, max_size=4)},
            optional={
                "Parameters": st.dictionaries(SECTIONS, VALUES, max_size=2) | VALUES,
                "Mappings": st.just({"A": {"B": {"C": [1]}}}) | VALUES,
                "Conditions": st.dictionaries(SECTIONS, VALUES, max_size=3),
                "Outputs": st.dictionaries(SECTIONS, RESOURCES | VALUES, max_size=2),
                "Transform": VALUES,
                "Globals": VALUES,
            },
        )
    )


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(template=templates())
def test_any_template_is_read_or_refused(template: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(template))

    with suppress(DeclarationError):
        template_tables(read_template(path))


def paths_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of each value in a document."""
    yield path
    if not isinstance(value, dict | list):
        return
    for name, one in value.items() if isinstance(value, dict) else enumerate(value):
        yield from paths_in(one, (*path, name))


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A template of ours, with one or two values replaced by others."""
    document: dict[str, Any] = json.loads(TEMPLATE)
    for _ in range(draw(st.integers(1, 2))):
        *path, last = draw(st.sampled_from(list(paths_in(document))[1:]))
        place: Any = document
        for name in path:
            place = place[name]
        place[last] = draw(VALUES)
    return document


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(template=spoilt())
def test_a_spoilt_template_is_read_or_refused(template: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(template))

    with suppress(DeclarationError):
        verify_templates(SCHEMAS, [read_template(path)], resources={})
