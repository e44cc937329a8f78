"""Samples of code: each mistake of the rules, and the same code without it."""

from __future__ import annotations

HEAD = """
import boto3
from boto3.dynamodb.conditions import Attr, Key
from aws_cdk import aws_dynamodb as dynamodb

dynamodb.Table(None, "Orders", table_name="Orders",
    partition_key=dynamodb.Attribute(name="customer", type="S"),
    sort_key=dynamodb.Attribute(name="number", type="S"),
    global_secondary_indexes=[dynamodb.GlobalSecondaryIndexPropsV2(
        index_name="ByState", partition_key=dynamodb.Attribute(name="state", type="S"))],
)
client = boto3.client("dynamodb")
orders = boto3.resource("dynamodb").Table("Orders")
"""
SAMPLES: dict[str, tuple[str, str]] = {
    "C000": ("def broken(:", "orders.get_item(Key={'customer': 'a', 'number': '1'})"),
    "C001": (
        "client.get_item(TableName='Invoices', Key={})",
        "client.get_item(TableName='Orders', Key={})",
    ),
    "C002": (
        "import os\nclient.get_item(TableName=os.environ['ORDERS'], Key={})",
        "import os\nclient.get_item(TableName=os.getenv('ORDERS', 'Orders'), Key={})",
    ),
    "C003": (
        "dynamodb.Table(None, 'Old', table_name='Old')\norders.get_item(Key={})",
        "dynamodb.Table.from_table_name(None, 'Old', 'Old')\n"
        "client.get_item(TableName='Old', Key={})"
        "\norders.get_item(Key={})",
    ),
    "C004": ("orders.scan()", "orders.query(KeyConditionExpression=Key('customer').eq('a'))"),
    "C005": (
        "while True:\n    orders.query(KeyConditionExpression=Key('customer').eq('a'))",
        "while True:\n    orders.query(KeyConditionExpression=Key('customer').eq('a'), Limit=9)",
    ),
    "C006": (
        "orders.query(KeyConditionExpression=Key('customer').eq('a'),"
        " FilterExpression=Attr('state').eq('b'))",
        "orders.query(KeyConditionExpression=Key('customer').eq('a'),"
        " FilterExpression=Attr('total').eq(1))",
    ),
    "C007": (
        "orders.query(IndexName='ByDay', KeyConditionExpression=Key('state').eq('a'))",
        "orders.query(IndexName='ByState', KeyConditionExpression=Key('state').eq('a'))",
    ),
    "C008": (
        "orders.query(KeyConditionExpression='#n = :n', ExpressionAttributeNames={'#n': 'number'})",
        "orders.query(KeyConditionExpression='customer = :c AND begins_with(#n, :n)',"
        " ExpressionAttributeNames={'#n': 'number'})",
    ),
    "C009": (
        "orders.query(KeyConditionExpression=Key('customer').eq('a') & Key('total').gt(1))",
        "orders.query(KeyConditionExpression=Key('customer').eq('a') & Key('number').gt('1'))",
    ),
    "C010": (
        "orders.put_item(Item={'customer': 'a', 'number': '1', 'total': 1})\n"
        "orders.delete_item(Key={}, ConditionExpression=Attr('totl').eq(1))",
        "orders.put_item(Item={'customer': 'a', 'number': '1', 'total': 1})\n"
        "orders.delete_item(Key={}, ConditionExpression=Attr('total').eq(1))",
    ),
    "C011": (
        "def create_order(order):\n    orders.put_item(Item=order)",
        "def create_order(order):\n    orders.put_item(Item=order,"
        " ConditionExpression='attribute_not_exists(customer)')",
    ),
    "C012": (
        "orders.update_item(Key={}, UpdateExpression='SET status = :s')",
        "orders.update_item(Key={}, UpdateExpression='SET #status = :s',"
        " ExpressionAttributeNames={'#status': 'status'})",
    ),
    "C013": (
        "orders.get_item(Key={})\n"
        "def changed(event):\n    return [one['dynamodb']['NewImage'] for one in event['Records']]",
        "orders.get_item(Key={})\n"
        "dynamodb.Table(None, 'S', table_name='S', stream='NEW_IMAGE')\n"
        "def changed(event):\n    return [one['dynamodb']['NewImage'] for one in event['Records']]",
    ),
    "C014": (
        "from aws_cdk import aws_iam as iam\niam.PolicyStatement(actions=['dynamodb:PutItem'])\n"
        "client.transact_write_items(TransactItems=[{'ConditionCheck': {'TableName': 'Orders'}}])",
        "from aws_cdk import aws_iam as iam\n"
        "iam.PolicyStatement(actions=['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'])\n"
        "client.transact_write_items(TransactItems=[{'ConditionCheck': {'TableName': 'Orders'}}])",
    ),
    "C015": (
        "client.batch_write_item(RequestItems={'Orders': []})",
        "def write(items):\n    while items:\n"
        "        sent = client.batch_write_item(RequestItems={'Orders': items})\n"
        "        items = sent['UnprocessedItems']",
    ),
    "C016": (
        "client.batch_get_item(RequestItems={'Orders': {'Keys': []}})",
        "def read(keys):\n"
        "    return client.batch_get_item(RequestItems={'Orders': keys})['UnprocessedKeys']",
    ),
    "C017": (
        "from tenacity import retry\n@retry\ndef read():\n    return orders.get_item(Key={})",
        "from functools import cache\n@cache\ndef read():\n    return orders.get_item(Key={})",
    ),
    "C018": (
        "def find(wanted):\n    client.execute_statement("
        "Statement=f\"SELECT * FROM Orders WHERE customer = '{wanted}'\")",
        "def find(wanted):\n    client.execute_statement("
        "Statement='SELECT * FROM Orders WHERE customer = ?', Parameters=[wanted])",
    ),
}
