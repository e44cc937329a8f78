"""Templates that cannot be read, and files in place of them."""

from __future__ import annotations

import json

from tests.golden.stage import SECRET, Stage
from trueup.templates.reading import read_template
from trueup.templates.tables import tables_of


def _read(stage: Stage, text: str, name: str = "template.json", **parameters: str) -> object:
    (stage.folder / name).write_text(text, encoding="utf-8")
    return tables_of(read_template(stage.folder / name, parameters))


def _table(**properties: object) -> str:
    table = {"Type": "AWS::DynamoDB::Table", "Properties": properties}
    return json.dumps({"Resources": {"Orders": table}}, indent=1)


def template_that_is_not_there(stage: Stage) -> object:
    return read_template(stage.folder / "template.yaml")


def template_that_is_no_json(stage: Stage) -> object:
    return _read(stage, f'{{"Description": "{SECRET}",\n "Resources" {{}}}}')


def template_with_a_key_twice(stage: Stage) -> object:
    return _read(stage, '{"Resources": {},\n "Resources": {}}')


def file_that_is_no_template(stage: Stage) -> object:
    return _read(stage, json.dumps({"password": SECRET}))


def template_with_a_value_of_another_kind(stage: Stage) -> object:
    return _read(stage, _table(TableName="orders", DeletionProtectionEnabled="yes"))


def condition_that_is_not_there(stage: Stage) -> object:
    return _read(stage, _table(TableName={"Fn::If": ["IsProd", "orders", "beta-orders"]}))


def parameter_that_is_not_allowed(stage: Stage) -> object:
    declared = {"Stage": {"Type": "String", "AllowedValues": ["beta", "prod"]}}
    return _read(stage, json.dumps({"Parameters": declared, "Resources": {}}), Stage=SECRET)


def table_without_a_key(stage: Stage) -> object:
    return _read(stage, _table(TableName="orders"))


def assembly_without_a_manifest(stage: Stage) -> object:
    return read_template(stage.folder)
