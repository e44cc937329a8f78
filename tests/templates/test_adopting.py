"""Templates and classes of PynamoDB become declarations that agree with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.infra.test_templates import NAMES, SHOP
from trueup import DynamoDB, Index, Layer, Model, Scaling, Table
from trueup.engines.open_tables import unopened_layer
from trueup.errors import DeclarationError, NeedsOperator
from trueup.infra import Format, cloudformation, stack_of, template_text
from trueup.lifecycle.adopt.code import Adopted, module_text
from trueup.lifecycle.declared import declared_tables
from trueup.templates.adopting import adopt_template
from trueup.templates.pynamodb.classes import read_source
from trueup.templates.pynamodb.tables import adopt_models
from trueup.templates.reading import read_template
from trueup.templates.template import Template
from trueup.templates.verification import verify_templates

MODELS = """
import os
from pynamodb.attributes import *
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection
from pynamodb.indexes import KeysOnlyProjection, LocalSecondaryIndex
from pynamodb import models

TABLE = os.getenv("THREADS", "threads")


class Base(models.Model):
    created = UTCDateTimeAttribute(attr_name="createdAt")
    version = VersionAttribute()


class ViewIndex(GlobalSecondaryIndex["Thread"]):
    class Meta:
        index_name = "byViews"
        projection = IncludeProjection(["notes", "expires"])

    views = NumberAttribute(hash_key=True)
    created = UTCDateTimeAttribute(attr_name="createdAt", range_key=True)


class Local(LocalSecondaryIndex):
    class Meta:
        projection = AllProjection()

    forum = UnicodeAttribute(hash_key=True)
    views = NumberAttribute(range_key=True)


class Thread(Base):
    class Meta:
        table_name = TABLE
        billing_mode = "PAY_PER_REQUEST"
        stream_view_type = "NEW_IMAGE"

    forum = UnicodeAttribute(hash_key=True)
    subject = UnicodeAttribute(range_key=True)
    views = NumberAttribute(default=0)
    tags = UnicodeSetAttribute(null=True)
    notes = ListAttribute(null=True)
    is_open = BooleanAttribute()
    expires: "TTLAttribute" = TTLAttribute(null=True)
    by_views = ViewIndex()
    local = Local()
"""


def declared(adopted: list[Adopted]) -> Layer:
    """The layer of the module that is written."""
    written: dict[str, Any] = {}
    text = module_text("adopted", "dynamodb", adopted, "here")
    exec(compile(text, "adopted.py", "exec", dont_inherit=True), written)
    layer: Layer = written["layer"]
    return layer


def template(folder: Path, form: Format) -> Template:
    path = folder / ("shop.tf.json" if form is Format.TERRAFORM else "shop.template.json")
    stack = stack_of(SHOP, NAMES, stage="beta", is_protected=True)
    path.write_text(template_text(stack, form, is_json=True))
    return read_template(path)


@pytest.mark.parametrize("form", [Format.CLOUDFORMATION, Format.TERRAFORM])
def test_what_is_adopted_from_a_template_agrees_with_it(tmp_path: Path, form: Format) -> None:
    found = template(tmp_path, form)
    adopted = adopt_template(found, (), pattern="beta-{table}", protect=True)
    layer = declared(adopted)
    opened = unopened_layer("dynamodb://eu-west-1", layer, table_names="beta-{table}")
    verification = verify_templates(declared_tables(opened, protect=True), [found], resources={})
    assert not verification.differing()
    assert {table.name for table in layer.tables} == {"orders", "units"}


UNITS = {"billing": "provisioned", "read_units": 5, "write_units": 5}
SCALED = Scaling(least=5, most=100, target_percent=60)


class Hit(Model):
    id: str
    day: str


def hits(**settings: Any) -> Layer:
    indexes = [Index("ByDay", partition="day")]
    given: dict[str, Any] = {**UNITS, **settings}
    table = Table("Hits", Hit, partition="id", indexes=indexes, dynamodb=DynamoDB(**given))
    return Layer("hits", target="dynamodb", tables=[table])


@pytest.mark.parametrize("form", [Format.CLOUDFORMATION, Format.SAM, Format.TERRAFORM])
@pytest.mark.parametrize(
    "settings",
    [
        {"scaling": SCALED},
        {"scaling": SCALED, "write_scaling": Scaling(least=1, most=9)},
        {"write_scaling": SCALED},
        {"removal": "keep"},
        {"deletion_protection": True, "removal": "drop"},
    ],
)
def test_scaling_and_removal_are_adopted(
    tmp_path: Path, form: Format, settings: dict[str, Any]
) -> None:
    path = tmp_path / ("hits.tf.json" if form is Format.TERRAFORM else "hits.json")
    path.write_text(template_text(stack_of(hits(**settings), {"Hits": "hits"}), form, is_json=True))
    (adopted,) = adopt_template(read_template(path), (), pattern="{table}", protect=False)
    (table,) = declared([adopted]).tables
    assert {name: getattr(table.dynamodb, name) for name in settings} == settings
    assert not adopted.notes


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda all_: all_.pop("HitsWriteScalableTarget"), "only reads scale, not writes"),
        (lambda all_: all_.pop("HitsByDayReadScalableTarget"), "the index ByDay does not scale as"),
        (lambda all_: all_.pop("HitsReadScalingPolicy"), "no policy tells at which load"),
        (
            lambda all_: all_["HitsReadScalableTarget"]["Properties"].update(MinCapacity=6),
            "read_units=5 is not within its scaling",
        ),
        (
            lambda all_: all_["HitsReadScalableTarget"]["Properties"].update(
                MaxCapacity={"Ref": "Most"}
            ),
            "read is unknown: !Ref Most",
        ),
    ],
)
def test_scaling_that_cannot_be_declared_is_told(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    body = cloudformation(stack_of(hits(scaling=SCALED), {"Hits": "hits"}))
    body["Parameters"]["Most"] = {"Type": "Number"}
    change(body["Resources"])
    path = tmp_path / "hits.json"
    path.write_text(json.dumps(body))
    (adopted,) = adopt_template(read_template(path), (), pattern="{table}", protect=False)
    assert said in adopted.notes[0]
    assert f"# {adopted.notes[0]}" in module_text("adopted", "dynamodb", [adopted], "hits.json")


def test_table_that_the_template_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NeedsOperator, match="beta-orders, beta-units"):
        adopt_template(
            template(tmp_path, Format.CLOUDFORMATION), ["no"], pattern="{table}", protect=False
        )


def test_fact_that_is_not_known_is_not_declared(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(
        dedent("""
        Parameters:
          Days: {Type: Number}
        Resources:
          T:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: t
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions:
                - {AttributeName: id, AttributeType: S}
                - {AttributeName: day, AttributeType: S}
              KeySchema: [{AttributeName: id, KeyType: HASH}]
              GlobalSecondaryIndexes:
                - IndexName: ByDay
                  KeySchema: [{AttributeName: day, KeyType: HASH}]
                  Projection: {ProjectionType: !ImportValue held}
              PointInTimeRecoverySpecification:
                PointInTimeRecoveryEnabled: true
                RecoveryPeriodInDays: !Ref Days
              StreamSpecification: {StreamViewType: !ImportValue view}
        """)
    )
    [adopted] = adopt_template(read_template(path), (), pattern="{table}", protect=False)
    assert "pitr_days" not in adopted.settings
    assert "!ImportValue held" in adopted.left_out["ByDay"]
    assert "stream" not in module_text("l", "dynamodb", [adopted], "here")


def source(folder: Path, text: str = MODELS) -> list[Adopted]:
    path = folder / "models.py"
    path.write_text(text)
    return adopt_models(read_source(path), pattern="{table}", protect=False)


def test_classes_of_pynamodb_are_tables(tmp_path: Path) -> None:
    layer = declared(source(tmp_path))
    [table] = layer.tables
    assert table.name == "threads"
    assert (table.partition, table.sort, table.ttl, table.stream) == (
        "forum",
        "subject",
        "expires",
        "NEW_IMAGE",
    )
    assert table.dynamodb.billing == "on_demand"
    by_views, local = table.indexes
    assert (by_views.name, by_views.partition, by_views.sort) == ("byViews", "views", "created_at")
    assert set(by_views.projection) == {"notes", "expires"}
    assert (local.name, local.local, local.projection) == ("local", True, "all")
    fields = table.model.model_fields
    assert fields["tags"].annotation == set[str] | None
    assert fields["is_open"].annotation is bool
    assert layer.describe(table).version is not None


def test_source_is_read_and_never_run(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    source(tmp_path, f"open({str(ran)!r}, 'w')\n" + MODELS)
    assert not ran.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1", "no model of PynamoDB"),
        (
            MODELS.replace('TABLE = os.getenv("THREADS", "threads")', "TABLE = named()"),
            "table_name",
        ),
        (MODELS.replace("forum = UnicodeAttribute(hash_key=True)", "forum = 1"), "hash_key"),
        (
            MODELS.replace("UnicodeAttribute(range_key=True)", "OwnAttribute(range_key=True)"),
            "OwnAttribute",
        ),
        ("class A(:", "no Python"),
        ("\0", "no Python|cannot be read"),
        ("class A(B):\n    class Meta:\n        table_name = 'a'\nclass B(A): pass", "no model"),
    ],
)
def test_classes_that_do_not_tell_a_table_are_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DeclarationError, match=told):
        source(tmp_path, text)


def test_folder_is_read_as_a_whole(tmp_path: Path) -> None:
    base, rest = MODELS.split("\n\n\nclass ViewIndex")
    (tmp_path / "base.py").write_text(base)
    (tmp_path / "models.py").write_text("class ViewIndex" + rest)
    [adopted] = adopt_models(read_source(tmp_path), pattern="{table}", protect=False)
    assert adopted.types["createdAt"] == "str"
