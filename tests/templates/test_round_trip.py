"""What a declaration says, whatever it is, a template of ours says as well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.infra.test_templates import Order
from trueup import DynamoDB, Index, Layer, Scaling, Table
from trueup.infra import Format, stack_of, template_text
from trueup.templates.reading import read_template
from trueup.templates.verification import declared_in_templates, verify_templates

UNITS = st.integers(5, 50)
ON_DEMAND = st.fixed_dictionaries(
    {}, optional={"max_read_request_units": UNITS, "max_write_request_units": UNITS}
)
PROVISIONED = st.fixed_dictionaries(
    {"billing": st.just("provisioned"), "read_units": UNITS, "write_units": UNITS},
    optional={"scaling": st.just(Scaling(least=1, most=60))},
)
WARM: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"warm_read_units_per_second": UNITS, "warm_write_units_per_second": UNITS}
)
KEYS = st.sampled_from(
    [
        {},
        {"encryption": "aws_managed"},
        {"encryption": "customer", "kms_key_arn": "alias/shop"},
        {"encryption": "customer", "kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/a"},
    ]
)
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": "123456789012"},
    "Action": ["dynamodb:GetItem"],
}
OTHERS = st.fixed_dictionaries(
    {},
    optional={
        "table_class": st.sampled_from(["standard", "infrequent_access"]),
        "pitr_days": st.integers(0, 35),
        "deletion_protection": st.booleans(),
        "contributor_insights": st.sampled_from(
            ["off", "throttled_keys", "accessed_and_throttled_keys"]
        ),
        "resource_policy": st.sampled_from(
            [{}, {"Version": "2012-10-17", "Statement": [STATEMENT]}]
        ),
        "tags": st.dictionaries(st.sampled_from(["team", "Layer", "true"]), st.just("1")),
    },
)
STREAMS: st.SearchStrategy[Any] = st.sampled_from(
    [None, "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]
)
INDEXES = [
    Index("ByDay", partition="day", sort="number", projection=("note",)),
    Index("Keys", partition="day", projection="keys"),
    Index("Several", partition=("day", "customer"), sort="number"),
    Index("Local", partition="customer", sort="day", local=True),
]


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """A layer of one table, with any settings that DynamoDB takes."""
    parts: dict[str, Any] = {**draw(ON_DEMAND | PROVISIONED), **draw(KEYS), **draw(OTHERS)}
    parts |= draw(WARM) if draw(st.booleans()) else {}
    table = Table(
        "Orders",
        Order,
        partition="customer",
        sort="number",
        indexes=draw(st.lists(st.sampled_from(INDEXES), unique_by=id)),
        stream=draw(STREAMS),
        dynamodb=DynamoDB(**parts),
    )
    return Layer("shop", target="dynamodb", tables=[table])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layer=layers(), protect=st.booleans(), is_json=st.booleans())
def test_what_is_declared_is_in_our_template(
    layer: Layer, protect: bool, is_json: bool, tmp_path: Path
) -> None:
    names = {"Orders": "beta-orders"}
    stack = stack_of(layer, names, stage="beta", is_protected=protect)
    path = tmp_path / ("a.json" if is_json else "a.yaml")
    text = template_text(stack, Format.CLOUDFORMATION, is_json=is_json)
    path.write_text(text, encoding="utf-8")
    declared = declared_in_templates(layer, names, protect=protect)

    found = verify_templates(declared, [read_template(path)], resources={})

    assert [one for one in found.findings if one.verdict != "agrees"] == []
    assert all(one.found_at.startswith(f"{path}:") for one in found.findings)
