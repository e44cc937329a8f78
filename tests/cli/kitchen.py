"""A project of a kitchen, for the cases of seed, query and doctor."""

from __future__ import annotations

from tests.cli.harness import Write

TABLES = Write(
    "tables.py",
    '''
from datetime import date
from decimal import Decimal

from trueup import AccessPattern, ExpiresAt, Index, Layer, Model, Table, composed


class Dish(Model):
    """Something to eat."""

    kitchen: str
    name: str
    course: str = "main"
    price: Decimal = Decimal(0)
    notes: list[str] = []
    pk: str = composed("kitchen#{kitchen}")
    until: ExpiresAt | None = None


dishes = Table(
    "Dishes",
    Dish,
    description="What is cooked",
    partition="pk",
    sort="name",
    indexes=[Index("ByCourse", partition="course", sort="price")],
    patterns=[
        AccessPattern("dearest", index="ByCourse", order="descending", sorted_by="price"),
    ],
)
layer = Layer("kitchen", target="dynamodb", tables=[dishes])
''',
)
SEEDS = Write(
    "seeds.py",
    """
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import trueup
from tables import Dish, dishes, layer
from trueup import Seed


def soups(now):
    yield Dish(kitchen="a", name="soup", course="first", until=now + timedelta(days=1))


menu = [
    Dish(kitchen="a", name=name, price=Decimal(price))
    for name, price in (("pie", "9.5"), ("stew", "12"), ("curry", "11"))
]
seeds = (
    Seed("menu", dishes, menu),
    Seed("menu", dishes, soups),
    Seed("guests", dishes, Path("guests.csv"), stages=("dev",)),
)
""",
)
GUESTS = Write("guests.csv", "kitchen,name,price\nb,salad,4\nb,toast,cheap\n,x,\n")
PROJECT = Write(
    "pyproject.toml",
    """
[tool.trueup]
layer = "tables:layer"
seeds = "seeds:seeds"
stage = "dev"

[tool.trueup.stages.dev]
url = "sqlite:///dev.db"

[tool.trueup.stages.prod]
url = "sqlite:///prod.db"
protect = true
""",
)
# No command of these cases makes tables: the layer's module does, when it is imported.
MADE = Write(
    "made.py",
    """
import trueup
from tables import layer

for file in ("dev.db", "prod.db"):
    with trueup.connect(f"sqlite:///{file}", layer) as db:
        db.create_tables()
""",
)
KITCHEN = (TABLES, SEEDS, GUESTS, PROJECT, MADE)
