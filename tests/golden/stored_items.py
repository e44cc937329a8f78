"""Items whose stored form is golden: several values of every shape."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any
from uuid import UUID

from pydantic import SecretBytes, SecretStr

from tests.golden.stored_models import (
    NOON,
    Absent,
    Binary,
    Box,
    Cat,
    Color,
    Containers,
    Document,
    Dog,
    Event,
    Halved,
    Inner,
    Invoice,
    Leaves,
    Legacy,
    Level,
    Mixed,
    Node,
    Numbered,
    Odd,
    Pair,
    Point,
    Shipment,
    Sku,
    Ticket,
    Visit,
    Wrapped,
    absents,
    binaries,
    changing,
    changing_item,
    containers,
    documents,
    events,
    leaves,
    legacies,
    numbered,
    odds,
    shared,
    shipments,
    visits,
)
from trueup import Model, Table

EAST = timezone(timedelta(hours=5, minutes=45))
DIGITS_38 = 10**38 - 1
TEXTS = ["", " ", "$n", "$ss", '"$n"', "#%23", "a\x00b", "\x7f\u2028", "ü", "\U0001f600", "{}", "'"]
INTEGERS = [0, 1, -1, 2**53 + 1, -(2**63), DIGITS_38, -DIGITS_38, 10**125]
NUMBERS = ["0.1", "-0.0", "1.50", "1E+3", "1E-130", "-9.9E+125", "123456789.123456789", "1E+20"]
REALS = [0.1, -0.0, 1.0, 1e-7, 1.5e100, 2.0**70, -123456.789, 1e16]
INSTANTS = [
    datetime(1, 1, 2, tzinfo=UTC),
    datetime(2026, 5, 4, 12, 30, 15, 123, tzinfo=EAST),
    datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC),
]

LEAVES = [
    Leaves(id="all defaults"),
    *(Leaves(id=f"text {n}", text=text, sku=Sku(text)) for n, text in enumerate(TEXTS)),
    *(Leaves(id=f"integer {n}", integer=number) for n, number in enumerate(INTEGERS)),
    *(
        Leaves(id=f"number {n}", number=Decimal(text), amount=Decimal(text))
        for n, text in enumerate(NUMBERS)
    ),
    *(Leaves(id=f"float {n}", real=number) for n, number in enumerate(REALS)),
    *(Leaves(id=f"bytes {n}", raw=raw) for n, raw in enumerate([b"\x00", b"\xff\xfe", b"text"])),
    *(
        Leaves(id=f"instant {n}", instant=at, aware=at, second=at.replace(microsecond=0))
        for n, at in enumerate(INSTANTS)
    ),
    Leaves(id="day", day=date(1, 1, 1), clock=time(1, 2, 3, 4)),
    Leaves(id="clock with a zone", clock=time(23, 59, 59, 999_999, tzinfo=EAST)),
    Leaves(id="choices", color=Color.BLUE, level=Level.HIGH, word="b", digit=2, either=1),
    Leaves(id="others", mixed=Mixed.NUMBER, uuid=UUID(int=2**128 - 1), flag=True, short="short"),
    Leaves(id="period", period=timedelta(days=-1, microseconds=1), host=IPv4Address("10.0.0.1")),
]

INNER = Inner(number=Decimal("1.10"), words={"b", "a"}, note="n", count=None)
CONTAINERS = [
    Containers(id="all defaults"),
    Containers(id="lists", texts=["b", "a", ""], numbers=[Decimal("1.0")], maybes=[1, None, -2]),
    Containers(
        id="tuples", pairs=(0.5, 1e20), mixed=(DIGITS_38, "$", b"\x00"), grid=[[], [NOON, NOON]]
    ),
    Containers(
        id="sets",
        words={"b", "", "a", "ü"},
        integers={10, 9, -1, DIGITS_38},
        amounts=frozenset({Decimal("1.5"), Decimal(10), Decimal("-0.01")}),
        blobs={b"b", b"\x00", b""},
        days={date(2026, 1, 2), date(2025, 1, 2)},
        colors={Color.RED, Color.BLUE},
        levels={Level.HIGH, Level.LOW},
        sets=[{"b", "a"}, set()],
    ),
    Containers(
        id="maps",
        prices={"-": Decimal("0.10"), "$n": Decimal(2), "ü": Decimal("-1E+2")},
        named={"one": UUID(int=1)},
        by_number={1: "a", -20: "b"},
        by_day={date(2026, 1, 1): 1},
    ),
    Containers(id="maps that look like tags", prices={"$n": Decimal(1)}),
    Containers(
        id="models",
        inner=INNER,
        inners=[INNER, Inner(number=Decimal(0))],
        table={"a": [INNER], "b": []},
        node=Node.model_validate({"N": "root", "children": [{"N": "leaf"}]}),
        box=Box[time](content=time(1)),
    ),
]

ANYTHING: list[Any] = [
    True,
    -5,
    1.25,
    Decimal("1.50"),
    "text",
    b"\x01",
    [],
    {},
    [None, [1, {"a": b"b"}]],
    {"$n": "1", "$": None, "a": {"$ss": ["x"]}},
    {"b", "a"},
    {2, Decimal("1.5")},
    {b"b"},
    NOON,
    NOON.date(),
    NOON.time(),
    UUID(int=5),
    Color.RED,
    (1, "a"),
    timedelta(seconds=90),
    INNER,
    Point(1),
    SecretStr("hush"),
    {1: "number", date(2026, 1, 1): "day"},
]
ANY_ODD: Any = Odd
NESTED: list[Any] = [INNER, [INNER], 3]
PETS: list[Any] = [Cat(lives=1), Dog(name="")]
ODDS = [
    Odd(id="all defaults"),
    *(Odd(id=f"anything {n}", anything=value) for n, value in enumerate(ANYTHING)),
    *(Odd(id=f"union {n}", union=value) for n, value in enumerate([1, "1", b"1", None])),
    *(Odd(id=f"nested {n}", nested=value) for n, value in enumerate(NESTED)),
    *(Odd(id=f"pet {n}", pet=pet) for n, pet in enumerate(PETS)),
    ANY_ODD(id="JSON", value={"a": [1, 1.5, "x", None, True]}, json_text="[1, 2]"),
    Odd(id="untyped", untyped={"a": {"b", "c"}, "d": None}, items=[1, None, {"x"}]),
    Odd(
        id="records", point=Point(1, Decimal("2.50")), options={"deep": True, "since": NOON.date()}
    ),
    Odd(id="wrappers", pair=Pair(1, "r"), wrapped=Wrapped([3, 1]), halved=Halved(value=9)),
    Odd(id="secrets", secret=SecretStr("hush"), key=SecretBytes(b"\x00hush")),
    Odd(id="serializers", encoded=b"dGV4dA==", cents=Decimal("12.34"), upper="UP"),
]

ABSENTS = [
    Absent(id="nothing", required=None, required_set=set(), null_set=frozenset({1})),
    Absent(
        id="none everywhere",
        required=None,
        required_set=set(),
        null=None,
        made=None,
        null_set=None,
    ),
    Absent(
        id="empty",
        required="",
        required_set={""},
        no_set=set(),
        null_set=frozenset(),
        empty_list=[],
    ),
    Absent(
        id="full",
        required="r",
        required_set={"s"},
        none=1,
        null=2,
        made="m",
        no_set={"t"},
        null_set=frozenset({2}),
        empty_list=[3],
        empty_map={"a": 4},
    ),
]

KEY_NUMBERS = [
    *("0", "-0.0", "1", "-1", "10", "9.99", "-9.99", "0.001", "-0.001", "1E+125", "-1E+125"),
    *(
        "1E-130",
        "-1E-130",
        str(DIGITS_38),
        str(-DIGITS_38),
        "1.50",
        "-1.2345678901234567890123456789",
    ),
]
NUMBERED = [
    *(Numbered(group=1, key=Decimal(text), rank=n - 8) for n, text in enumerate(KEY_NUMBERS)),
    *(Numbered(group=group, key=Decimal(1)) for group in (0, -7, DIGITS_38, -(10**37))),
]
BINARIES = [
    Binary(group=group, key=key)
    for group, key in [(b"\x00", b"\x00"), (b"g", b"\xff\x00"), (b"g", b"a"), (b"\xff" * 9, b"k")]
]
VISITS = [
    Visit(visitor="ada", visited_at=at, page_count=n, expires_at=expiry)
    for n, (at, expiry) in enumerate(
        [
            (INSTANTS[0], None),
            (INSTANTS[1], NOON + timedelta(days=1)),
            (INSTANTS[2], NOON - timedelta(days=1)),
            (NOON, datetime(2030, 1, 1, 0, 0, 0, 1, tzinfo=UTC)),
        ]
    )
]
SHIPMENTS = [
    Shipment(customer="ada", day=date(2026, 1, 2), number=7),
    Shipment(customer="ada", day=date(2026, 1, 2), number=8),
    Shipment(customer="a#b%/c", day=date(1, 1, 1), number=-42, seller="s/t", weight=Decimal("1.5")),
    Shipment(customer="%", day=NOON.date(), number=0, seller="%2F", weight=Decimal("-12.25")),
    Shipment(customer="ü", day=NOON.date(), number=999_999, seller="s", weight=Decimal("99999.99")),
]
EVENTS = [Event(id=f"e{n}", kind=kind, at=n) for n, kind in enumerate(["a", "a", "b", "ü", "c#d"])]
ENTRIES = [
    Invoice(owner="o", key="1", amount=Decimal("9.90")),
    Ticket(owner="o", key="2"),
    Ticket(owner="o", key="3", is_open=False, tags={"b", "a"}),
]

PUT: list[tuple[Table[Any], list[Any]]] = [
    (leaves, LEAVES),
    (containers, CONTAINERS),
    (odds, ODDS),
    (absents, ABSENTS),
    (numbered, NUMBERED),
    (binaries, BINARIES),
    (visits, VISITS),
    (shipments, SHIPMENTS),
    (legacies, [Legacy(kind="k", code=1), Legacy(kind="", code=-2)]),
    (events, EVENTS),
    (shared, ENTRIES),
    (documents, [Document(id="put", title="t")]),
    (changing, [changing_item(id="put")]),
]


def key_of(table: Table[Any], item: Model) -> tuple[Any, ...]:
    """The values of an item's key."""
    names = [table.partition, *([table.sort] if table.sort else [])]
    return tuple(getattr(item, name) for name in names)
