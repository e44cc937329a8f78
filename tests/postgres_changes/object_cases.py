"""Single changes of objects beside the tables: domains, composite types, sequences, programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.postgres_changes.schemas import SHOP
from tests.postgres_changes.shapes import MISSING, Shape, Shapes
from trueup.relational import (
    Check,
    Grant,
    Revoke,
    SqlComposite,
    SqlDomain,
    SqlObject,
    SqlSequence,
)

Edit = Callable[[Shape], Shape]
Made = tuple[str, Shapes, Shapes, str, str, Edit | None]

_SHARE = SqlDomain("share", "numeric(3,2)", checks=[Check("share_whole", "VALUE <= 1")])
_PLACE = SqlComposite("place", {"street": "text", "house": "integer"})
_NUMBERS = SqlSequence("invoice_numbers", start=1000, increment=10)


def _function(
    body: str, signature: str = "doubled(integer)", named: str = "one integer"
) -> SqlObject:
    return SqlObject(
        "function",
        signature,
        f"CREATE OR REPLACE FUNCTION doubled({named}) RETURNS integer "
        f"LANGUAGE sql IMMUTABLE AS $$ SELECT {body} $$",
    )


def _procedure(body: str) -> SqlObject:
    return SqlObject(
        "procedure",
        "forget(integer)",
        "CREATE OR REPLACE PROCEDURE forget(weight integer) LANGUAGE sql "
        f"AS $$ DELETE FROM {{orders}} WHERE {body} $$",
    )


def _view(name: str, of: str) -> SqlObject:
    return SqlObject("view", name, f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {of}")


WITH: Shapes = {
    **SHOP,
    "orders": SHOP["orders"].set(
        domains=[_SHARE],
        composites=[_PLACE],
        sequences=[_NUMBERS],
        objects=[
            *SHOP["orders"].relational["objects"],
            _function("one * 2"),
            _procedure("orders.weight = 1"),
            _view("order_twice", "order_count"),
        ],
    ),
}


def _also(name: str, edit: Edit) -> Made:
    return name, SHOP, {**SHOP, "orders": edit(SHOP["orders"])}, "", "orders", edit


def _with(name: str, edit: Edit, back: str = "") -> Made:
    return name, WITH, {**WITH, "orders": edit(WITH["orders"])}, back, "orders", edit


def _swapped(name: str, one: SqlObject) -> Edit:
    return lambda shape: shape.no("objects", name).also("objects", one)


def _domain(**settings: Any) -> Edit:
    given: dict[str, Any] = {"checks": _SHARE.checks} | settings
    return lambda shape: shape.set(domains=[SqlDomain("share", "numeric(3,2)", **given)])


def _sequence(**settings: Any) -> Edit:
    return lambda shape: shape.set(sequences=[SqlSequence("invoice_numbers", **settings)])


_GRANTS = [Grant("PUBLIC", "references")]
GRANTING: Shapes = {**WITH, "orders": WITH["orders"].set(grants=_GRANTS)}


def _granting(name: str, *grants: Grant | Revoke, back: str = "") -> Made:
    after = {**WITH, "orders": WITH["orders"].set(grants=[*_GRANTS, *grants])}
    edit = None if back else lambda shape: shape.also("grants", *grants)
    return name, GRANTING, after, back, "orders", edit


_LEFT = "privileges of an object without declared ones are left alone"
PRIVILEGES = [
    _granting("a grant on a table", Grant("PUBLIC", ("select", "insert"))),
    _granting("a grant on columns", Grant("PUBLIC", "update", columns=["weight", "note"])),
    _granting(
        "a grant on a view",
        Grant("PUBLIC", "select", on="view order_count"),
        back=_LEFT,
    ),
    _granting(
        "a grant on a sequence",
        Grant("PUBLIC", "usage", on="sequence invoice_numbers"),
        back=_LEFT,
    ),
    _granting(
        "no calls of a function",
        Revoke("PUBLIC", "execute", on="function doubled(integer)"),
        back=_LEFT,
    ),
    _granting(
        "no use of a domain",
        Revoke("PUBLIC", "usage", on="domain share"),
        back=_LEFT,
    ),
]

OBJECTS = [
    _also("add a domain", lambda t: t.set(domains=[_SHARE])),
    _also(
        "add a column of a domain",
        lambda t: (
            t.set(domains=[SqlDomain("short", "text")])
            .field("code", str | None, None)
            .set(types={"code": "short"})
        ),
    ),
    _also("add a composite type", lambda t: t.set(composites=[_PLACE])),
    _also("add a sequence", lambda t: t.set(sequences=[_NUMBERS])),
    _also(
        "add a column with numbers of a sequence",
        lambda t: (
            t.set(sequences=[_NUMBERS])
            .field("invoice", int | None, None)
            .also("defaults", {"invoice": "nextval('invoice_numbers')"})
        ),
    ),
    _also("add a function", lambda t: t.also("objects", _function("one * 2"))),
    _also(
        "add a computed column with its function",
        lambda t: (
            t.also("objects", _function("one * 2"))
            .field("twice", int | None, None)
            .also("generated", {"twice": "doubled(weight::integer)"})
        ),
    ),
    _also("add a procedure", lambda t: t.also("objects", _procedure("true"))),
    _also(
        "add a view that reads a view",
        lambda t: t.set(
            objects=[
                _view("order_twice", "order_count"),
                *SHOP["orders"].relational["objects"],
            ]
        ),
    ),
    _with(
        "another check of a domain",
        _domain(checks=[Check("share_whole", "VALUE <= 2")]),
    ),
    _with(
        "one more check of a domain",
        _domain(checks=[*_SHARE.checks, Check("share_some", "VALUE > 0")]),
    ),
    _with("no check of a domain", _domain(checks=[])),
    _with("a default of a domain", _domain(default="0.5")),
    _with("a domain that is never NULL", _domain(required=True)),
    _with(
        "one more field of a composite type",
        lambda t: t.set(
            composites=[SqlComposite("place", {**_PLACE.fields, "city": "varchar(50)"})]
        ),
    ),
    _with(
        "another type of a field of a composite type",
        lambda t: t.set(composites=[SqlComposite("place", {"street": "text", "house": "bigint"})]),
    ),
    _with("another step of a sequence", _sequence(start=1000, increment=5)),
    _with("another type of a sequence", _sequence(start=1000, increment=10, type="integer")),
    _with(
        "the bounds of a sequence", _sequence(start=2000, minimum=10, maximum=9000, increment=10)
    ),
    _with("a sequence that begins again", _sequence(start=1000, increment=10, cycle=True, cache=5)),
    _with("another body of a function", _swapped("doubled(integer)", _function("one + one"))),
    _with(
        "another parameter of a function",
        _swapped(
            "doubled(integer)",
            _function("one::integer * 2", "doubled(bigint)", "one bigint"),
        ),
    ),
    _with(
        "another body of a procedure",
        _swapped("forget(integer)", _procedure("orders.weight = 2")),
    ),
    _with(
        "another view below a view",
        _swapped(
            "order_count",
            SqlObject(
                "view",
                "order_count",
                "CREATE OR REPLACE VIEW order_count AS "
                "SELECT sum(weight) AS most, count(*) AS orders FROM {orders}",
            ),
        ),
    ),
    _with(
        "a view less, and another key of the table that declares it",
        lambda t: t.field("number", int, MISSING).by("number").no("objects", "order_twice"),
    ),
    _with("no domain", lambda t: t.set(domains=[])),
    _with("no composite type", lambda t: t.set(composites=[])),
    _with("no sequence", lambda t: t.set(sequences=[])),
    _with(
        "no function, no procedure, no view",
        lambda t: t.set(objects=SHOP["orders"].relational["objects"]),
    ),
]
