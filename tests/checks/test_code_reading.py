"""What the audit reads: ways to call DynamoDB, ways to name tables, ways to declare them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.checks.code.audit import audit
from trueup.checks.code.files import Unread, parsed
from trueup.checks.code.reading.modules import Module
from trueup.checks.code.uses import Keys

USES = {
    "client": ("boto3.client('dynamodb').get_item(TableName='T', Key={})", ["get_item T"]),
    "session": ("boto3.Session().resource('dynamodb').Table('T').scan()", ["scan T"]),
    "alias": ("from boto3 import client as make\nmake('dynamodb').scan(TableName='T')", ["scan T"]),
    "paginator": (
        "boto3.client('dynamodb').get_paginator('query').paginate(TableName='T')",
        ["query T"],
    ),
    "arguments": (
        "given = {'Key': {}}\ngiven['TableName'] = 'T'\nboto3.client('dynamodb').get_item(**given)",
        ["get_item T"],
    ),
    "batch writer": (
        "with boto3.resource('dynamodb').Table('T').batch_writer() as batch:\n"
        "    batch.put_item(Item={})",
        ["batch_write_item T", "put_item T"],
    ),
    "transaction": (
        "boto3.client('dynamodb').transact_write_items(TransactItems=["
        "{'Put': {'TableName': 'T'}}, {'ConditionCheck': {'TableName': 'U'}}])",
        ["ConditionCheck U", "Put T"],
    ),
    "batch": (
        "boto3.client('dynamodb').batch_get_item(RequestItems={'T': {}, 'U': {}})",
        ["batch_get_item T", "batch_get_item U"],
    ),
    "PartiQL": (
        'boto3.client(\'dynamodb\').execute_statement(Statement=\'SELECT * FROM "T"."I" WHERE'
        " a = ?')",
        ["partiql_select T I"],
    ),
    "aioboto3": (
        "import aioboto3\nasync def read():\n"
        "    async with aioboto3.Session().resource('dynamodb') as resource:\n"
        "        table = await resource.Table('T')\n        await table.get_item(Key={})",
        ["get_item T"],
    ),
    "aiobotocore": (
        "from aiobotocore.session import get_session\nasync def read():\n"
        "    async with get_session().create_client('dynamodb') as client:\n"
        "        await client.get_item(TableName='T', Key={})",
        ["get_item T"],
    ),
    "f-string": (
        "STAGE = 'beta'\nboto3.resource('dynamodb').Table(f'{STAGE}-T').scan()",
        ["scan beta-T"],
    ),
    "parameter": (
        "def read(table):\n    table.scan()\nread(boto3.resource('dynamodb').Table('T'))",
        ["scan T"],
    ),
    "returned": (
        "def table():\n    return boto3.resource('dynamodb').Table('T')\ntable().scan()",
        ["scan T"],
    ),
    "self": (
        "class Dao:\n    def __init__(self):\n"
        "        self.table = boto3.resource('dynamodb').Table('T')\n"
        "    def read(self):\n        return self.table.query(IndexName='I')",
        ["query T I"],
    ),
    "settings": (
        "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n"
        "    table: str = 'T'\n"
        "boto3.resource('dynamodb').Table(Settings().table).scan()",
        ["scan T"],
    ),
    "PynamoDB": (
        "from pynamodb.models import Model\nfrom pynamodb.indexes import GlobalSecondaryIndex\n"
        "class ByDay(GlobalSecondaryIndex):\n    class Meta:\n        index_name = 'I'\n"
        "class Order(Model):\n    class Meta:\n        table_name = 'T'\n    by_day = ByDay()\n"
        "Order.by_day.query('x')\nOrder('a').save()",
        ["put_item T", "query T I"],
    ),
    "Trueup": (
        "import trueup\nfrom trueup import Model, Table\nclass Order(Model):\n    id: str\n"
        "orders = Table('T', Order, partition='id')\n"
        "def read(db):\n    return db.repository(orders).get('1')",
        ["get_item T"],
    ),
}


@pytest.mark.parametrize("name", sorted(USES))
def test_use_is_read(name: str, tmp_path: Path) -> None:
    code, expected = USES[name]
    (tmp_path / "code.py").write_text(f"import boto3\n{code}\n")
    found = {
        f"{use.operation} {use.table} {use.index or ''}".strip() for use in audit(tmp_path).uses
    }
    assert sorted(found) == expected


DECLARATIONS = {
    "code.py": "import boto3\nboto3.client('dynamodb').create_table(TableName='T', KeySchema=["
    "{'AttributeName': 'a', 'KeyType': 'HASH'}, {'AttributeName': 'b', 'KeyType': 'RANGE'}])",
    "stack.py": "from aws_cdk import aws_dynamodb as dynamodb\nclass Stack:\n"
    "    def __init__(self):\n"
    "        dynamodb.TableV2(self, 'T', table_name='T',"
    " partition_key=dynamodb.Attribute(name='a'),"
    " sort_key=dynamodb.Attribute(name='b'))",
    "stack.ts": "import { Table } from 'aws-cdk-lib/aws-dynamodb';\nconst NAME: string = 'T';\n"
    "new Table(this, 'T', { tableName: NAME, partitionKey: { name: 'a' }, sortKey: { name:"
    " `b` } });",
    "tables.py": "from trueup import Model, Table\nclass Order(Model):\n    a: str\n    b: str\n"
    "orders = Table('T', Order, partition='a', sort='b')",
    "stack.json": '{"Resources": {"T": {"Type": "AWS::DynamoDB::Table", "Properties":'
    ' {"TableName": "T",'
    '"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b",'
    ' "KeyType": "RANGE"}]}}}}',
}


@pytest.mark.parametrize("file", sorted(DECLARATIONS))
def test_declaration_is_read(file: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text(DECLARATIONS[file])
    (found,) = audit(tmp_path).declared
    assert (found.name, found.keys) == ("T", Keys("a", "b"))


@given(st.text(st.sampled_from("(){}[]<>=>:;,.?!`'\"$\\/*+-&|\n ab1@"), max_size=60))
def test_any_text_is_typescript_or_refused(text: str) -> None:
    read = parsed(f"new dynamodb.Table(); // aws-cdk\n{text}", "stack.ts", "typescript")
    assert isinstance(read, Module | Unread)


@given(st.text(max_size=60))
def test_any_text_is_python_or_refused(text: str) -> None:
    assert isinstance(parsed(text, "code.py", "python"), Module | Unread)
