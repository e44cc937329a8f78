"""Transcripts of `trueup query`."""

from tests.cli.harness import Case, Write
from tests.cli.kitchen import KITCHEN

# Another program's items in the same table: one of them has a price that is no number.
FOREIGN = Write(
    "foreign.py",
    """
import sqlite3

from tables import layer

with sqlite3.connect("dev.db") as file:
    file.execute("UPDATE Dishes SET item = replace(item, '12', '\\"dear\\"') WHERE name = 'stew'")
file.close()
""",
)

CASES = [
    Case(
        "answers",
        *KITCHEN,
        "trueup seed menu --layer made:layer",
        "trueup query Dishes kitchen=a",
        "trueup query Dishes kitchen=a --fields name,cost=price",
        "trueup query Dishes kitchen=a 'name^=s' --lines --fields name,price",
        "trueup query Dishes kitchen=a --reverse --limit 1 --fields name,course --json",
        "trueup query Dishes kitchen=none",
        "trueup query Dishes kitchen=none --json",
        "trueup query Dishes kitchen=a --count",
        "trueup query Dishes kitchen=a --count --json",
        "trueup query Dishes kitchen=a name=pie",
        "trueup query Dishes --index ByCourse course=main 'price>=10' --fields name,price",
        "trueup query Dishes --pattern dearest course=main --limit 2 --fields name,price",
        "trueup query Dishes --scan 'price>10' --fields name,price",
        "trueup query Dishes --describe --json",
        FOREIGN,
        "trueup query Dishes kitchen=a 'name>q' --fields name --layer foreign:layer",
        "trueup query Dishes kitchen=a 'name>q' --fields name --json",
        "trueup query Dishes kitchen=a name=stew --lines",
        hides=(r"1[0-9]{9}",),
    ),
    Case(
        "questions that cannot be answered",
        *KITCHEN,
        "trueup query Dishes course=main",
        "trueup query Dishes 'price>1'",
        "trueup query Dishes --pattern dearest price=3",
        "trueup query Dishes --index ByCurse course=main",
        "trueup query Dishes kitchen",
        "trueup query Dishes kichen=a",
        "trueup query Dishes kitchen=a 'price<cheap'",
        "trueup query Dishes kitchen=a --fields nme",
        "trueup query Dish kitchen=a",
        "trueup query Dishes --limit 0",
        "trueup query Dishes --scan --reverse",
    ),
    Case(
        "requests that are not sent",
        *KITCHEN,
        "trueup query Dishes --index ByCourse course=main 'price>=10' --explain",
        "trueup query Dishes --pattern dearest course=main --limit 2 --explain "
        "--url dynamodb://eu-west-1",
        "trueup query Dishes kitchen=a name=pie --explain --json --url dynamodb://eu-west-1",
        hides=(r"1[0-9]{9}",),
    ),
    Case(
        "a table that is not there",
        *KITCHEN,
        "trueup query Dishes kitchen=a",
        "trueup query Dishes --describe",
    ),
    Case(
        "a database that does not answer",
        *KITCHEN,
        "trueup query Dishes kitchen=a --url dynamodb://127.0.0.1:1",
        "trueup query Dishes --describe --url dynamodb://127.0.0.1:1",
        AWS_ACCESS_KEY_ID="k",
        AWS_SECRET_ACCESS_KEY="s",
        AWS_MAX_ATTEMPTS="1",
    ),
]
