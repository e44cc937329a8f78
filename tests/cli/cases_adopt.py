"""Transcripts of `trueup adopt`."""

from tests.cli.cases_verify import MADE
from tests.cli.harness import Case, Write

TEMPLATE = """
{"Resources": {"Notes": {"Type": "AWS::DynamoDB::Table", "Properties": {
  "TableName": "beta-Notes", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}}}}
"""
MODELS = """
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model


class Note(Model):
    class Meta:
        table_name = "notes"
        billing_mode = "PAY_PER_REQUEST"

    id = UnicodeAttribute(hash_key=True)
    text = UnicodeAttribute(null=True)
"""

CASES = [
    Case(
        "a file",
        "trueup init",
        MADE,
        "trueup adopt",
        "trueup adopt --json",
        "trueup adopt --out live.py",
        "trueup adopt --out live.py",
    ),
    Case("a table that is not there", "trueup init", MADE, "trueup adopt Nots"),
    Case("no table", "trueup init", "trueup adopt"),
    Case(
        "tables that others made",
        "trueup init",
        MADE,
        "trueup adopt --own",
        "trueup adopt --own --json",
        "trueup adopt --own --auto-approve",
        "trueup adopt --own --auto-approve --json",
        "trueup plan",
        "trueup adopt --own Nots",
    ),
    Case("no table to own", "trueup init", "trueup adopt --own --json"),
    Case("no table of a pattern", "trueup init", MADE, "trueup adopt --names beta-{table}"),
    Case(
        "from a template, and from classes of PynamoDB",
        Write("t.json", TEMPLATE),
        Write("models.py", MODELS),
        Write("wrong.py", "class A(:"),
        "trueup adopt --template t.json --out app.py",
        "trueup adopt --template t.json no",
        "trueup adopt --template t.json --names 'beta-{table}' --json",
        "trueup adopt --template t.json --names 'gamma-{table}'",
        "trueup adopt --pynamodb models.py",
        "trueup adopt --pynamodb models.py --names beta-{table}",
        "trueup adopt --pynamodb wrong.py",
        "trueup adopt --pynamodb models.py --template t.json",
        "trueup adopt --template t.json --sample 3",
    ),
]
