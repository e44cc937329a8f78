"""Transcripts of `trueup doctor`."""

from tests.cli.harness import Case, Write
from tests.cli.kitchen import KITCHEN

VERSIONS = (
    r"(?<=Python )[0-9.]+",
    r"(?<=Trueup )[0-9.]+",
    r"(?<=pydantic )[0-9.]+",
    r"(?<=SQLite )[0-9.]+",
    r"(?<=complete: )[a-z, -]+(?:\n    [a-z, -]+(?=\n))*",
    r"[0-9,]+ bytes",
)

SHOP = """\
from trueup import Index, Layer, Model, Table


class Order(Model):
    customer: str
    day: str


orders = Table("Orders", Order, partition="customer", indexes=[Index("ByDay", partition="day")])
layer = Layer("shop", target="dynamodb", tables=[orders])
"""
REPLIES = """{"StartTime": "2026-01-01T00:00:00Z", "EndTime": "2026-01-31T00:00:00Z",
"MetricDataQueries": [{"Id": "m1", "MetricStat": {"Stat": "Sum", "Period": 3600, "Metric":
{"Namespace": "AWS/DynamoDB", "MetricName": "ConsumedReadCapacityUnits", "Dimensions": [
{"Name": "TableName", "Value": "Orders"}, {"Name": "GlobalSecondaryIndexName", "Value": "ByDay"}
]}}}], "MetricDataResults": [{"Id": "m1", "Timestamps": [], "Values": []}]}"""

CASES = [
    Case(
        "all is well",
        *KITCHEN,
        "trueup doctor",
        "trueup seed menu --layer made:layer",
        "trueup doctor --json",
        "trueup adopt --own --auto-approve",
        "trueup doctor",
        hides=VERSIONS,
    ),
    Case(
        "a table of the state that is declared",
        *KITCHEN,
        "trueup seed menu --layer made:layer",
        "trueup doctor --state-table Dishes",
        hides=VERSIONS,
    ),
    Case(
        "a layer that cannot be loaded",
        *KITCHEN,
        Write("tables.py", "from missing import x\n"),
        "trueup doctor",
        hides=VERSIONS,
    ),
    Case(
        "a file that cannot be made",
        *KITCHEN,
        "trueup doctor --url sqlite:///none/dev.db",
        hides=VERSIONS,
    ),
    Case(
        "no region",
        *KITCHEN,
        "trueup doctor --url dynamodb://",
        hides=VERSIONS,
    ),
    Case(
        "nobody listens",
        *KITCHEN,
        "trueup doctor --url dynamodb://127.0.0.1:1",
        "trueup doctor --url dynamodb://127.0.0.1:1 --json",
        hides=VERSIONS,
        AWS_ACCESS_KEY_ID="key-that-no-output-shows",
        AWS_SECRET_ACCESS_KEY="secret-that-no-output-shows",
    ),
    Case(
        "recorded replies of CloudWatch",
        *KITCHEN,
        Write("shop.py", SHOP),
        Write("replies.json", REPLIES),
        Write("none.json", "{}"),
        "trueup doctor --layer shop:layer --metrics replies.json",
        "trueup doctor --layer shop:layer --metrics replies.json --json",
        "trueup doctor --metrics none.json",
        "trueup doctor --metrics missing.json",
        hides=VERSIONS,
    ),
    Case(
        "before a deployment",
        *KITCHEN,
        "trueup doctor --release",
        hides=(r"Python 3[.0-9]+",),
    ),
    Case("results without a release", *KITCHEN, "trueup doctor --tests results.xml"),
    Case("an ARN that is none", *KITCHEN, "trueup doctor --role lambda"),
]
