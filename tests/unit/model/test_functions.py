"""A layer refuses functions that AWS would refuse, or that say what the layer has not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from trueup import (
    AccessPattern,
    ChangesOf,
    DeclarationError,
    Function,
    Index,
    Layer,
    Model,
    Table,
)
from trueup.model.declarations.access import Access


class Order(Model):
    """An item."""

    id: str
    customer: str


ORDERS = Table(
    "orders",
    Order,
    partition="id",
    indexes=[Index("ByCustomer", partition="customer")],
    patterns=[AccessPattern("orders_of_customer", index="ByCustomer", by=["customer"])],
    stream="NEW_IMAGE",
)
QUIET = Table("quiet", Order, partition="id")
FOREIGN = Table("foreign", Order, partition="id", stream="NEW_IMAGE")


def refused(functions: Any, tables: Sequence[Table[Any]] = (ORDERS, QUIET)) -> str:
    with pytest.raises(DeclarationError) as caught:
        Layer("shop", target="dynamodb", tables=tables, functions=functions)
    return "\n".join(caught.value.to_dict()["problems"])


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"name": "2nd"}, "the name '2nd' is not a letter"),
    ({"name": "a" * 65}, "is not a letter and up to 63"),
    ({"handler": "app.handlers.enrich"}, "is not a callable in a module: app.handlers:enrich"),
    ({"handler": "app..handlers:enrich"}, "is not a callable in a module"),
    ({"timeout_s": 901}, "timeout_s=901 is not 1 to 900 seconds"),
    ({"timeout_s": True}, "timeout_s is a whole number, not a bool"),
    ({"memory_mb": 64}, "memory_mb=64 is not 128 to 10240"),
    ({"concurrent": 0}, "concurrent=0 is less than 1"),
    ({"log_days": 8}, "log_days=8 is not one of 1, 3, 5"),
    ({"environment": {"1ST": ""}}, "environment: '1ST' is not a letter"),
    ({"environment": {"AWS_REGION": "x"}}, "AWS_REGION is set by AWS or by the template"),
    ({"environment": {"TRUEUP_TABLE_X": "x"}}, "TRUEUP_TABLE_X is set by AWS or by the template"),
    ({"environment": {"BIG": "x" * 4094}}, "environment: 4097 bytes are more than 4096"),
    ({"environment": {"A": 1}}, "environment is a mapping"),
    ({"reads": [ORDERS.create]}, "reads=: orders.create is not one of get, get_many"),
    ({"writes": [ORDERS.get]}, "writes=: orders.get is not one of create, put"),
    ({"reads": ORDERS.get}, "reads is a list of Access, not an Access"),
    ({"reads": [ORDERS]}, "reads[0] is an Access, not a Table"),
    ({"reads": [FOREIGN.get]}, "foreign.get: the table 'foreign' is not one of the layer"),
    (
        {"reads": [ORDERS.pattern("all")]},
        "such access pattern; the table has orders_of_customer",
    ),
    ({"reads": [QUIET.pattern("all")]}, "no such access pattern; the table has none"),
    ({"reads": [ORDERS.query("ByDay")]}, "there is no such index; the table has ByCustomer"),
    ({"reads": [ORDERS.scan("ByDay")]}, "there is no such index; the table has ByCustomer"),
    ({"leading_keys": [""]}, "leading_keys: an empty text is no partition key"),
    ({"stream": FOREIGN}, "stream=: the table 'foreign' is not one of the layer"),
    ({"stream": QUIET}, "has no stream; declare it: stream='NEW_IMAGE'"),
    ({"stream": "orders"}, "stream is a ChangesOf, a Table or None, not a text"),
    ({"stream": ChangesOf(ORDERS, batch_size=0)}, "batch_size=0 is not 1 to 10000"),
    ({"stream": ChangesOf(ORDERS, window_s=301)}, "window_s=301 is not 0 to 300"),
    ({"stream": ChangesOf(ORDERS, retries=-1)}, "retries=-1 is not 0 to 10000"),
    ({"stream": ChangesOf(ORDERS, oldest_s=59)}, "oldest_s=59 is not 60 to 604800"),
    ({"stream": ChangesOf(ORDERS, parallel=11)}, "parallel=11 is not 1 to 10"),
]


@pytest.mark.parametrize(("options", "problem"), WRONG, ids=[said for _, said in WRONG])
def test_a_wrong_function_is_refused_with_its_place(options: dict[str, Any], problem: str) -> None:
    given = {"name": "enrich", "handler": "app:enrich", **options}
    said = refused([Function(**given)])
    assert problem in said
    assert f"{__file__}:" in said


@pytest.mark.case("S28")
def test_a_scan_is_refused_beside_leading_keys() -> None:
    confined = ["TENANT#${aws:PrincipalTag/tenant}"]
    for scan in (ORDERS.scan(), ORDERS.scan("ByCustomer")):
        function = Function("list", handler="app:list", reads=[scan], leading_keys=confined)
        assert "leading_keys= confine no scan" in refused([function])


def test_functions_of_one_layer_have_names_of_their_own() -> None:
    one, two = (Function("enrich", handler="app:enrich") for _ in range(2))
    assert "function 'enrich' is already declared at" in refused([one, two])
    like = Function("En_rich", handler="app:enrich")
    assert "its name is too like 'enrich'" in refused([one, like])


def test_a_stream_has_two_consumers_at_most() -> None:
    functions = [Function(name, handler="app:f", stream=ORDERS) for name in ("a", "b", "c")]
    assert "more than 2 functions would read the stream" in refused(functions)
    layer = Layer("shop", target="dynamodb", tables=[ORDERS], functions=functions[:2])
    assert len(layer.functions) == 2


def test_every_problem_is_told_at_once() -> None:
    first = Function("a", handler="a", timeout_s=0, reads=[ORDERS.pattern("x")])
    second = Function("b", handler="b")
    assert refused([first, second]).count("\n") == 3


def test_what_is_declared_twice_counts_once() -> None:
    function = Function("a", handler="a:b", reads=[ORDERS.get, ORDERS.get], writes=[ORDERS.put])
    assert function.accesses == (Access(ORDERS, "get"), Access(ORDERS, "put"))
    assert [str(one) for one in function.accesses] == ["orders.get", "orders.put"]
    assert str(ORDERS.pattern("orders_of_customer")) == "orders.pattern('orders_of_customer')"
