"""Adopt: the declarations that are made of live tables lead to no change of them."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import pytest

from tests.aws_proxy.client import Client
from tests.aws_proxy.proxy import aws_before
from trueup import Database, DynamoDB, ExpiresAt, Index, Layer, Model, Table, connect, stored_as
from trueup.engines.connect import find_driver, new_engine
from trueup.lifecycle.adopt import names
from trueup.lifecycle.adopt.code import Adopted, module_text
from trueup.lifecycle.adopt.samples import sampled_types, sampling_layer
from trueup.lifecycle.adopt.tables import adopt_tables, as_adopted, with_types
from trueup.model.declarations.layer import Target
from trueup.operations.run import run
from trueup.schema.engine import LiveTable, SchemaEngine
from trueup.schema.plan import make_plan
from trueup.schema.tables import AttributeSchema, IndexSchema, TableSchema
from trueup.testing.cleanup import drop_tables
from trueup.testing.suite import tables as suite


class Shipment(Model, names="camelCase"):
    ship_id: str
    class_name: str = ""
    expires_at: ExpiresAt | None = None
    port: str | None = None


shipments = Table(
    "Odd-Shipments",
    Shipment,
    partition="ship_id",
    indexes=[Index("ByPort", partition="port", projection=["class_name"])],
    stream="NEW_IMAGE",
    dynamodb=DynamoDB(pitr_days=0, tags={"Team": "shipping"}),
)


metered = Table(
    "Metered",
    Shipment,
    partition="ship_id",
    dynamodb=DynamoDB(billing="provisioned", read_units=3, write_units=2),
)


SUITE = [one for one in vars(suite).values() if isinstance(one, Table)]


def undecided(schema: TableSchema) -> TableSchema:
    """The schema, without what it leaves to a stage."""
    facts = {name: value for name, value in schema.facts.items() if value is not None}
    return replace(schema, facts=facts)


class Adopting:
    """Tables that were made from one layer, and are adopted into another."""

    def __init__(self, url: str, target: Target, names: str, folder: Path) -> None:
        self.url, self.target, self.names, self.folder = url, target, names, folder

    def open(self, layer: Layer) -> Database:
        return connect(self.url, layer, table_names=self.names)

    def create(self, *tables: Table[Any]) -> Layer:
        layer = Layer("made", target=self.target, tables=tables)
        with self.open(layer) as db:
            db.create_tables()
        return layer

    def run(self, operation: Any) -> Any:
        driver, address = find_driver(self.url)
        wire = driver.open_wire(address, 30)
        try:
            return run(operation, wire, time.monotonic() + 30)
        finally:
            wire.close()

    def engine(self, layer: Layer) -> SchemaEngine:
        driver, _ = find_driver(self.url)
        return new_engine(driver, layer, self.names, None)

    def adopt(self, layer: Layer) -> list[Adopted]:
        adopted: list[Adopted] = self.run(adopt_tables(self.engine(layer), [], pattern=self.names))
        return adopted

    def write(self, adopted: list[Adopted]) -> Any:
        """The module that is written, imported."""
        path = self.folder / "adopted_tables.py"
        text = module_text("adopted", self.target, adopted, self.target)
        path.write_text(text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("adopted_tables", path)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def plan(self, layer: Layer) -> list[str]:
        engine = self.engine(layer)
        schemas = [undecided(engine.declared(layer.describe(table))) for table in layer.tables]
        declared = {schema.name: schema for schema in schemas}
        live = self.run(engine.inspect(list(declared)))
        planned = make_plan(declared, live, owned=list(declared))
        return [f"{one.change.schema.name}: {one.change}" for one in planned.changes]


@pytest.fixture(params=["sqlite", "dynamodb"])
def adopting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Adopting]:
    if request.param == "sqlite":
        yield Adopting(f"sqlite:///{tmp_path}/shop.db", "sqlite", "{table}", tmp_path)
        return
    prefix = f"trueup-adopt-{uuid4().hex[:12]}-"
    url = request.getfixturevalue("dynamodb_url")
    yield Adopting(url, "dynamodb", prefix + "{table}", tmp_path)
    drop_tables(url, prefix)


@pytest.mark.case("S24")
def test_adopted_tables_have_an_empty_plan(adopting: Adopting) -> None:
    made = adopting.create(shipments, metered, *SUITE)
    module = adopting.write(adopting.adopt(made))
    assert {table.name for table in module.layer.tables} == {table.name for table in made.tables}
    assert adopting.plan(module.layer) == []


@pytest.mark.case("S24")
def test_restored_table_is_adopted_and_has_an_empty_plan(
    server: tuple[str, int], tmp_path: Path
) -> None:
    prefix = f"trueup-adopt-{uuid4().hex[:12]}-"
    with aws_before(server) as aws:
        adopting, client = (
            Adopting(aws.url, "dynamodb", prefix + "{table}", tmp_path),
            Client(aws.port),
        )
        try:
            made = adopting.create(shipments)
            name, restored = f"{prefix}{shipments.name}", f"{prefix}Restored"
            backup = client.do("CreateBackup", TableName=name, BackupName="kept")["BackupDetails"]
            arn = backup["BackupArn"]
            client.do("RestoreTableFromBackup", TargetTableName=restored, BackupArn=arn)
            module = adopting.write(adopting.adopt(made))
            assert {table.name for table in module.layer.tables} == {shipments.name, "Restored"}
            assert adopting.plan(module.layer) == []
        finally:
            drop_tables(aws.url, prefix)


def test_written_module_is_formatted_and_typed(adopting: Adopting) -> None:
    path = adopting.write(adopting.adopt(adopting.create(shipments, *SUITE))).__file__
    for tool in (["ruff", "format", "--isolated", "--check"], ["mypy", "--strict"]):
        told = subprocess.run(
            [sys.executable, "-m", *tool, path], capture_output=True, text=True, check=False
        )
        assert told.returncode == 0, told.stdout + told.stderr


class Reading(Model):
    id: str
    count: int
    ratio: Decimal
    flag: bool
    tags: set[str]
    parts: list[str]
    note: str | None = None
    odd: str | int = 0


def test_types_of_other_attributes_come_from_samples_that_are_asked_for(
    adopting: Adopting,
) -> None:
    readings = Table("Readings", Reading, partition="id")
    layer = adopting.create(readings)
    first = Reading(id="a", count=1, ratio=Decimal("0.5"), flag=True, tags={"x"}, parts=["y"])
    second = first.model_copy(update={"id": "b", "note": "n", "odd": "text"})
    with adopting.open(layer) as db:
        db.repository(readings).put_many([first, second])
    (adopted,) = adopting.adopt(layer)
    assert "count" not in module_text("x", adopting.target, [adopted], "x")
    sampling, table = sampling_layer(adopted.schema, adopting.target)
    with connect(adopting.url, sampling) as db:
        types = sampled_types(db.repository(table), 10)
    assert types == {
        "count": "int",
        "ratio": "Decimal",
        "flag": "bool",
        "tags": "set[str]",
        "parts": "list[Any]",
        "odd": "Any",
        "note": "str | None",
    }
    module = adopting.write(with_types([adopted], {adopted.schema.name: types}))
    assert adopting.plan(module.layer) == []
    with adopting.open(module.layer) as db:
        read: Any = db.repository(module.readings).get("b")
    assert (read.count, read.ratio, read.note) == (1, Decimal("0.5"), "n")


def test_samples_are_read_by_the_whole_key(adopting: Adopting) -> None:
    kept = [one for one in SUITE if one.sort]
    layer = adopting.create(*kept)
    for adopted in adopting.adopt(layer):
        sampling, table = sampling_layer(adopted.schema, adopting.target)
        key = [one.attribute for one in sampling.describe(table).key]
        assert key == [one.name for one in (*adopted.schema.partition, *adopted.schema.sort)]
        assert adopted.schema.sort


def test_index_that_reads_cannot_use_is_left_out_and_kept(adopting: Adopting) -> None:
    (adopted,) = adopting.adopt(adopting.create(shipments))
    keys_only = IndexSchema("Keys", (AttributeSchema("port", "S"),), (), frozenset())
    schema = replace(adopted.schema, indexes={"Keys": keys_only})
    made = as_adopted(LiveTable(schema), adopting.names, protect=False)
    text = module_text("x", adopting.target, [made], "x")
    assert '# "Keys" is left out: it does not hold "expiresAt"' in text


@pytest.mark.parametrize(
    ("table", "variable", "model"),
    [
        ("ControlMappings", "control_mappings", "ControlMapping"),
        ("beta.user-data", "beta_user_data", "BetaUserDataItem"),
        ("categories", "categories", "Category"),
        ("class", "class_", "ClassItem"),
        ("2024", "n2024", "N2024Item"),
        ("...", "unnamed", "UnnamedItem"),
        ("Tables", "tables", "TableItem"),
        ("layer", "layer_", "LayerItem"),
        ("str", "str_", "StrItem"),
    ],
)
def test_names_are_pythons(table: str, variable: str, model: str) -> None:
    assert (names.variable(table), names.model_name(table)) == (variable, model)


def test_fields_are_different_and_not_those_of_a_model() -> None:
    fields = names.field_names(["aB", "a_b", "copy", "import", "model_fields"])
    assert list(fields.values()) == ["a_b", "a_b_", "copy_", "import_", "model_fields_"]


HOSTILE = 'x\nimport os; os.abort()\n#\r"""\'\\\u2028\x1b[31m\x00é'


def test_text_of_others_is_never_code(tmp_path: Path) -> None:
    """Names, tags and the place come from servers and from other people."""
    key = AttributeSchema(HOSTILE, "S")
    index = IndexSchema(HOSTILE, (key,), (), frozenset({HOSTILE + "1"}))
    schema = TableSchema(HOSTILE, (key,), (), {HOSTILE: index}, HOSTILE + "2", None)
    adopted = as_adopted(LiveTable(schema), "{table}", protect=False)
    told = replace(adopted, settings={"tags": {HOSTILE: HOSTILE}})
    text = module_text(HOSTILE, "sqlite", [told], HOSTILE)
    assert text.isprintable() or all(line.isprintable() for line in text.split("\n"))
    tree = ast.parse(text)
    assert ast.get_docstring(tree, clean=False) == f"The tables found in {HOSTILE}."
    kinds = {type(statement) for statement in tree.body}
    assert kinds <= {ast.Expr, ast.ImportFrom, ast.ClassDef, ast.Assign}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert {HOSTILE, HOSTILE + "2"} <= texts


def test_attributes_named_like_types_are_fields_of_their_own(adopting: Adopting) -> None:
    class Odd(Model):
        key: str
        first: Annotated[str | None, stored_as("str")] = None
        second: Annotated[bytes | None, stored_as("bytes")] = None
        third: Annotated[str | None, stored_as("stored_as")] = None

    odd = Table(
        "Tables",
        Odd,
        partition="key",
        indexes=[
            Index("First", partition="first", sort="second"),
            Index("Third", partition="third", sort="first"),
        ],
    )
    module = adopting.write(adopting.adopt(adopting.create(odd)))
    assert adopting.plan(module.layer) == []
