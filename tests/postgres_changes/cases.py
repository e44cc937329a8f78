"""The single changes of the matrix, each of one of two schemas, from PostgreSQL's manual."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from tests.postgres_changes.below import BELOW
from tests.postgres_changes.keys import TABLE_KEYS
from tests.postgres_changes.labels import LABELS, labels
from tests.postgres_changes.object_cases import OBJECTS, PRIVILEGES
from tests.postgres_changes.schemas import HOUSE, SHOP, Short
from tests.postgres_changes.shapes import MISSING, Shape, Shapes
from trueup import Index
from trueup.relational import (
    Check,
    CountUpdates,
    Exclude,
    IndexColumn,
    References,
    SqlIndex,
    SqlObject,
    TouchOnUpdate,
    Transitions,
    Unique,
)

Edit = Callable[[Shape], Shape]
Made = tuple[str, Shapes, Shapes, str, str, Edit | None]


@dataclass(frozen=True)
class Case:
    """A change. group: of the page. back: why the change back is not made in place; empty if it is.
    table, edit: what is changed of one table; None if it is more than that. home: what the way back
    leads to, if that has to say former names; it makes what `before` makes."""

    name: str
    group: str
    before: Shapes
    after: Shapes
    back: str = ""
    table: str = ""
    edit: Edit | None = None
    home: Shapes | None = None


def on(shapes: Shapes, table: str, edit: Edit) -> Shapes:
    """The shapes with one of them changed."""
    return {**shapes, table: edit(shapes[table])}


def orders(name: str, edit: Edit, back: str = "") -> Made:
    """A change of orders."""
    return name, SHOP, on(SHOP, "orders", edit), back, "orders", edit


def people(name: str, edit: Edit, back: str = "") -> Made:
    """A change of people."""
    return name, SHOP, on(SHOP, "people", edit), back, "people", edit


def rooms(name: str, edit: Edit, back: str = "") -> Made:
    """A change of rooms."""
    return name, HOUSE, on(HOUSE, "rooms", edit), back, "rooms", edit


def bookings(name: str, edit: Edit, back: str = "") -> Made:
    """A change of bookings."""
    return name, HOUSE, on(HOUSE, "bookings", edit), back, "bookings", edit


def view_of(columns: str) -> SqlObject:
    sql = f"CREATE OR REPLACE VIEW order_count AS SELECT {columns} FROM {{orders}}"
    return SqlObject("view", "order_count", sql)


Wide = Annotated[str, Field(max_length=100)]
Narrow = Annotated[str, Field(max_length=40)]
Dear = Annotated[Decimal, Field(max_digits=12, decimal_places=2, ge=0)]
Fine = Annotated[Decimal, Field(max_digits=10, decimal_places=4, ge=0)]
Cheap = Annotated[Decimal, Field(max_digits=10, decimal_places=2, ge=0, le=99)]

COLUMNS = [
    orders("add a column that may be empty", lambda t: t.field("extra", str | None, None)),
    orders("add a list", lambda t: t.field("sizes", list[int] | None, None)),
    orders("add a document", lambda t: t.field("more", dict[str, Any] | None, None)),
    orders(
        "add a column with a constant default",
        lambda t: t.field("place", str | None, None).also("defaults", {"place": "'here'"}),
    ),
    orders(
        "add a column with now() as default",
        lambda t: t.field("seen", datetime | None, None).also("defaults", {"seen": "now()"}),
    ),
    orders(
        "add a column with another default for each row",
        lambda t: t.field("code", UUID | None, None).also(
            "defaults", {"code": "gen_random_uuid()"}
        ),
    ),
    orders(
        "add a computed column",
        lambda t: t.field("triple", int | None, None).also("generated", {"triple": "weight * 3"}),
    ),
    rooms(
        "add a numbered column",
        lambda t: t.field("serial", int | None, None).also("identity", "serial"),
    ),
    rooms("add a required column to an empty table", lambda t: t.field("name", str, MISSING)),
    orders(
        "add two columns",
        lambda t: t.field("a", str | None, None).field("b", int | None, None),
    ),
    orders(
        "add a column with its own check",
        lambda t: t.field("grade", Annotated[int, Field(ge=1, le=5)] | None, None),
    ),
    orders(
        "add a column of a native enum",
        lambda t: t.field("kind", Literal["x", "y"] | None, None).also(
            "enums", {"kind": "order_kind"}
        ),
    ),
    orders(
        "add a column with a description",
        lambda t: t.field("extra", str | None, None).describe("extra", "What else"),
    ),
    bookings(
        "add a column with a collation",
        lambda t: t.field("name", str | None, None).also("collations", {"name": "de-x-icu"}),
    ),
    orders("drop a column", lambda t: t.without("note")),
    orders("drop a computed column", lambda t: t.without("double").no("generated", "double")),
    people(
        "drop a column with its check and its index",
        lambda t: t.without("age").set(checks=[]),
    ),
    people(
        "drop a column of an index",
        lambda t: t.without("name").set(indexes=[]),
    ),
]

TYPES = [
    people("lengthen varchar", lambda t: t.field("name", Wide)),
    people("shorten varchar", lambda t: t.field("name", Narrow)),
    people("varchar becomes text", lambda t: t.field("name", str)),
    people("text becomes varchar", lambda t: t.field("email", Short)),
    orders("widen numeric", lambda t: t.field("total", Dear | None, None)),
    orders("more places of numeric", lambda t: t.field("total", Fine | None, None)),
    orders("numeric of any size", lambda t: t.field("total", Decimal | None, None)),
    orders(
        "bigint becomes integer",
        lambda t: (
            t.also("types", {"number": "integer"})
            if "types" in t.relational
            else t.set(types={"number": "integer"})
        ),
    ),
    rooms("integer becomes bigint", lambda t: t.set(types={})),
    rooms("integer becomes smallint", lambda t: t.set(types={"floor": "smallint"})),
    rooms("double precision becomes numeric", lambda t: t.field("area", Decimal, Decimal(1))),
    rooms(
        "double precision becomes real", lambda t: t.set(types={"floor": "integer", "area": "real"})
    ),
    people("a number becomes text", lambda t: t.field("age", str | None, None).set(checks=[])),
    orders("a text becomes a number", lambda t: t.field("note", int | None, None)),
    orders("a text becomes a document", lambda t: t.field("note", dict[str, Any] | None, None)),
    orders("a text becomes a time", lambda t: t.field("note", datetime | None, None)),
    bookings("a date becomes a time", lambda t: t.field("day", datetime | None, None)),
    people(
        "text becomes citext", lambda t: t.set(types={"email": "citext"}, extensions=["citext"])
    ),
    people("another collation", lambda t: t.set(collations={"name": "de-x-icu"})),
    bookings("no collation of its own", lambda t: t.set(collations={})),
    orders("an enum becomes text with a check", lambda t: t.set(enums={})),
    people(
        "a text becomes a native enum",
        lambda t: t.field("group", Literal["a", "b"], "a").set(enums={"group": "people_group"}),
    ),
    orders(
        "another type below its own check",
        lambda t: t.field("weight", float, 0.0).set(
            checks=[Check("orders_light", "weight < 1000.5")],
            generated={"double": "(weight * 2)::bigint"},
        ),
    ),
]

PROPERTIES = [
    people("a column may no longer be empty", lambda t: t.field("age", int, 0)),
    orders("a column may be empty", lambda t: t.field("weight", int | None, None)),
    orders("a default is set", lambda t: t.also("defaults", {"note": "'none'"})),
    orders("a default is dropped", lambda t: t.no("defaults", "made_at")),
    orders("another default", lambda t: t.also("defaults", {"made_at": "'2020-01-01'"})),
    orders("another expression", lambda t: t.set(generated={"double": "weight + weight"})),
    orders(
        "another expression below an index",
        lambda t: t.set(generated={"double": "weight * 4"}).also(
            "indexes", SqlIndex("orders_double", ["double"])
        ),
    ),
    orders("a computed column is one of values", lambda t: t.set(generated={})),
    rooms(
        "a column is no longer numbered",
        lambda t: t.set(identity=[]),
    ),
    orders("a column is numbered", lambda t: t.set(identity=["number"])),
    people("a column is described", lambda t: t.describe("email", "Where letters go")),
    people("another description", lambda t: t.describe("name", "It's another's \\ name")),
    people("no description of a column", lambda t: replace(t, described={"": "Who buys"})),
    people(
        "no description of a table", lambda t: replace(t, described={"name": "As people write it"})
    ),
    people("another description of the table", lambda t: t.describe("", "Who sells")),
]

CHECKS = [
    orders("add a check", lambda t: t.also("checks", Check("orders_heavy", "weight >= 0"))),
    orders("drop a check", lambda t: t.set(checks=[])),
    orders("another check", lambda t: t.set(checks=[Check("orders_light", "weight < 500")])),
    orders(
        "a check of two columns",
        lambda t: t.also("checks", Check("orders_sane", "weight < 10 OR total > 1")),
    ),
    people(
        "a check with a text in quotes",
        lambda t: t.also("checks", Check("people_quoted", "name <> 'O''Neil'")),
    ),
    people(
        "a bound of the model", lambda t: t.field("age", Annotated[int, Field(ge=18)] | None, None)
    ),
    orders("another bound of the model", lambda t: t.field("total", Cheap | None, None)),
    people(
        "a pattern of the model",
        lambda t: t.field("email", Annotated[str, Field(pattern="^[a-z]+@")]),
    ),
    people("a choice of texts", lambda t: t.field("group", Literal["a", "b"], "a")),
    people("a check by IN", lambda t: t.also("checks", Check("people_in", "name IN ('a', 'b')"))),
]

KEYS = [
    orders("add a unique constraint", lambda t: t.set(unique=[Unique("number")])),
    orders(
        "a unique constraint without distinct nulls",
        lambda t: t.set(unique=[Unique("number", nulls_distinct=False)]),
    ),
    people("drop a unique constraint", lambda t: t.set(unique=[])),
    people(
        "another unique constraint of the same name",
        lambda t: t.set(unique=[Unique(("email", "name"), name="people_email_key")]),
    ),
    people("a unique pair", lambda t: t.also("unique", Unique(("name", "age")))),
    orders(
        "unique among a part of the rows",
        lambda t: t.set(unique=[Unique("number", where="weight > 1", name="orders_some")]),
    ),
    orders("drop a reference", lambda t: t.set(references=[])),
    orders(
        "another action of a reference",
        lambda t: t.set(references=[References("person", "people", on_delete="restrict")]),
    ),
    orders(
        "a reference that is checked at the end",
        lambda t: t.set(
            references=[References("person", "people", on_delete="cascade", deferred=True)]
        ),
    ),
    bookings(
        "a reference that is checked at once",
        lambda t: t.set(references=[References("room", "rooms", on_delete="restrict")]),
    ),
    orders(
        "a reference with an action on update",
        lambda t: t.set(
            references=[References("person", "people", on_delete="cascade", on_update="cascade")]
        ),
    ),
    people(
        "a column that refers to its own table",
        lambda t: t.field("above", UUID | None, None).set(
            references=[References("above", "people", on_delete="set null")]
        ),
    ),
    orders(
        "a reference to a unique column",
        lambda t: t.field("mail", str | None, None).also(
            "references", References("mail", "people", to="email")
        ),
    ),
    bookings("drop an exclusion", lambda t: t.set(exclusions=[])),
    bookings(
        "another exclusion",
        lambda t: t.set(exclusions=[Exclude({"room": "=", "during": "&&"}, name="bookings_apart")]),
    ),
    bookings(
        "an exclusion of a part of the rows",
        lambda t: t.set(
            exclusions=[
                Exclude(
                    {"tenant": "=", "room": "=", "during": "&&"},
                    name="bookings_apart",
                    where="state <> 'gone'",
                )
            ]
        ),
    ),
]

INDEXES = [
    orders("add an index", lambda t: t.also("indexes", SqlIndex("orders_weight", ["weight"]))),
    orders("drop an index", lambda t: t.no("indexes", "orders_paid")),
    orders(
        "an index of two columns",
        lambda t: t.also("indexes", SqlIndex("orders_two", ["weight", "made_at"])),
    ),
    orders(
        "an index downwards, with nulls last",
        lambda t: t.also(
            "indexes",
            SqlIndex("orders_down", [IndexColumn("weight", descending=True, nulls="last")]),
        ),
    ),
    people(
        "an index of an expression",
        lambda t: t.also(
            "indexes", SqlIndex("people_lower", [IndexColumn(expression="lower(email)")])
        ),
    ),
    people(
        "an index by trigrams",
        lambda t: t.set(extensions=["pg_trgm"]).also(
            "indexes",
            SqlIndex("people_like", [IndexColumn("email", opclass="gin_trgm_ops")], method="gin"),
        ),
    ),
    orders(
        "an index by hash",
        lambda t: t.also("indexes", SqlIndex("orders_hash", ["note"], method="hash")),
    ),
    orders(
        "an index by brin",
        lambda t: t.also("indexes", SqlIndex("orders_brin", ["made_at"], method="brin")),
    ),
    orders(
        "an index of a list",
        lambda t: t.also("indexes", SqlIndex("orders_tags", ["tags"], method="gin")),
    ),
    bookings(
        "an index of ranges",
        lambda t: t.also("indexes", SqlIndex("bookings_during", ["during"], method="gist")),
    ),
    orders(
        "an index that holds more",
        lambda t: t.also("indexes", SqlIndex("orders_more", ["weight"], include=["note"])),
    ),
    orders(
        "an index of a part of the rows",
        lambda t: t.also("indexes", SqlIndex("orders_part", ["weight"], where="note IS NOT NULL")),
    ),
    people(
        "another method of an index",
        lambda t: t.set(indexes=[SqlIndex("people_name", ["name"], method="hash")]),
    ),
    people(
        "another column of an index", lambda t: t.set(indexes=[SqlIndex("people_name", ["email"])])
    ),
    people(
        "another direction of an index",
        lambda t: t.set(indexes=[SqlIndex("people_name", [IndexColumn("name", descending=True)])]),
    ),
    people(
        "an index of a part of the rows instead",
        lambda t: t.set(indexes=[SqlIndex("people_name", ["name"], where="age > 1")]),
    ),
    people(
        "an index that holds more instead",
        lambda t: t.set(indexes=[SqlIndex("people_name", ["name"], include=["age"])]),
    ),
    orders(
        "another operator class",
        lambda t: t.no("indexes", "orders_data").also(
            "indexes",
            SqlIndex("orders_data", [IndexColumn("data", opclass="jsonb_path_ops")], method="gin"),
        ),
    ),
    orders(
        "add an index of queries",
        lambda t: replace(t, indexes=(*t.indexes, Index("orders_by_status", partition="status"))),
    ),
    orders("drop an index of queries", lambda t: replace(t, indexes=())),
    orders(
        "another key of an index of queries",
        lambda t: replace(
            t, indexes=(Index("orders_by_person", partition="person", sort="weight"),)
        ),
    ),
]

PROGRAMS = [
    orders("add a trigger", lambda t: t.also("triggers", CountUpdates("version"))),
    orders("drop a trigger", lambda t: t.set(triggers=[])),
    orders(
        "another name of a trigger",
        lambda t: t.set(triggers=[TouchOnUpdate("updated_at", trigger="touched")]),
    ),
    orders(
        "another function of a trigger",
        lambda t: t.set(
            triggers=[
                TouchOnUpdate("updated_at", trigger="orders_updated_at_touch", function="touch_it")
            ]
        ),
    ),
    bookings(
        "other transitions",
        lambda t: t.set(
            triggers=[CountUpdates("version"), Transitions("state", {"asked": ["held"]})]
        ),
    ),
    bookings("no transitions", lambda t: t.set(triggers=[CountUpdates("version")])),
    bookings("touch as well", lambda t: t.also("triggers", TouchOnUpdate("changed_at"))),
    rooms("rows of tenants", lambda t: t.set(tenant="house")),
    bookings("rows of nobody", lambda t: t.set(tenant="")),
    bookings("rows of other tenants", lambda t: t.set(tenant="room")),
    orders(
        "another view, with more columns",
        lambda t: t.set(objects=[view_of("count(*) AS orders, max(weight) AS most")]),
    ),
    orders(
        "another view, with other columns",
        lambda t: t.set(objects=[view_of("sum(weight) AS all_weight")]),
    ),
]

TABLES: list[Made] = [
    ("add a table", SHOP, {**SHOP, "rooms": HOUSE["rooms"]}, "", "", None),
    (
        "add a table to which one refers that is there",
        SHOP,
        on(
            {**SHOP, "rooms": HOUSE["rooms"]},
            "orders",
            lambda t: t.field("room", str | None, None).also(
                "references", References("room", "rooms")
            ),
        ),
        "",
        "",
        None,
    ),
    (
        "add a table that refers to one that is there",
        {"people": SHOP["people"]},
        SHOP,
        "a view reads the table",
        "",
        None,
    ),
]


GROUPS = {
    "Columns": COLUMNS,
    "Types": TYPES,
    "Properties of columns": PROPERTIES,
    "Checks": CHECKS,
    "Keys and references": KEYS,
    "Keys of tables": TABLE_KEYS,
    "Indexes": INDEXES,
    "Triggers, tenants, views": PROGRAMS,
    "Columns that something reads": BELOW,
    "Objects beside tables": OBJECTS,
    "Privileges": PRIVILEGES,
    "Labels of enums": LABELS,
    "Tables": TABLES,
}


def _renamed(base: Shapes, name: str, table: str, edit: Edit, back: Mapping[str, Any]) -> Case:
    """A change of names. back: the former names that the way back declares."""
    after, home = on(base, table, edit), on(base, table, lambda shape: shape.set(**back))
    return Case(name, "Names", base, after, table=table, home=home)


def _column(base: Shapes, table: str, before: str, after: str, name: str, **settings: Any) -> Case:
    """A column under another name. settings: those that say the new name."""

    def edit(shape: Shape) -> Shape:
        return shape.rename(before, after).set(renamed_from={after: before}, **settings)

    return _renamed(base, name, table, edit, {"renamed_from": {before: after}})


_NEWEST = SqlIndex("orders_newest", [IndexColumn("made_at", descending=True)])
RENAMES = [
    _column(
        SHOP, "people", "email", "mail", "a column with its constraint", unique=[Unique("mail")]
    ),
    _column(
        SHOP,
        "people",
        "name",
        "called",
        "a column with its index and its description",
        indexes=[SqlIndex("people_name", ["called"])],
    ),
    _column(
        SHOP,
        "people",
        "age",
        "years",
        "a column with its check",
        checks=[Check("people_grown", "years >= 0")],
    ),
    _column(SHOP, "people", "id", "number", "the key of a table"),
    _column(
        SHOP,
        "orders",
        "weight",
        "grams",
        "a column that others are computed from",
        generated={"double": "grams * 2"},
        checks=[Check("orders_light", "grams < 1000")],
    ),
    _column(
        SHOP,
        "orders",
        "updated_at",
        "touched_at",
        "a column that a trigger sets",
        defaults={"made_at": "now()", "touched_at": "now()"},
        triggers=[TouchOnUpdate("touched_at")],
    ),
    _column(
        SHOP,
        "orders",
        "status",
        "state",
        "a column of a native enum",
        enums={"state": "order_status"},
    ),
    _column(
        HOUSE,
        "rooms",
        "number",
        "door",
        "a column that is numbered",
        identity=["door"],
        unique=[Unique(("house", "door"))],
    ),
    _column(
        HOUSE,
        "bookings",
        "tenant",
        "owner",
        "the tenant of rows",
        tenant="owner",
        exclusions=[Exclude({"owner": "=", "room": "=", "during": "&&"}, name="bookings_apart")],
    ),
    _renamed(
        SHOP,
        "a column, which gets another type too",
        "orders",
        lambda t: (
            t.rename("note", "remark")
            .field("remark", dict[str, Any] | None, None)
            .set(renamed_from={"remark": "note"})
        ),
        {"renamed_from": {"note": "remark"}},
    ),
    _renamed(
        SHOP,
        "an enum type",
        "orders",
        lambda t: t.set(
            enums={"status": "order_state"}, enums_renamed_from={"order_state": "order_status"}
        ),
        {"enums_renamed_from": {"order_status": "order_state"}},
    ),
    _renamed(
        SHOP,
        "a label of an enum",
        "orders",
        lambda t: labels("new", "settled", "sent")(t).set(
            labels_renamed_from={"order_status": {"settled": "paid"}}
        ),
        {"labels_renamed_from": {"order_status": {"paid": "settled"}}},
    ),
    _renamed(
        SHOP,
        "a column, its enum type and two labels",
        "orders",
        lambda t: (
            t.rename("status", "state")
            .field("state", Literal["new", "settled", "gone"], "new")
            .set(
                renamed_from={"state": "status"},
                enums={"state": "order_state"},
                enums_renamed_from={"order_state": "order_status"},
                labels_renamed_from={"order_state": {"settled": "paid", "gone": "sent"}},
            )
        ),
        {
            "renamed_from": {"status": "state"},
            "enums_renamed_from": {"order_status": "order_state"},
            "labels_renamed_from": {"order_status": {"paid": "settled", "sent": "gone"}},
        },
    ),
    _renamed(
        SHOP,
        "an index",
        "orders",
        lambda t: t.no("indexes", "orders_newest").also(
            "indexes", replace(_NEWEST, name="orders_last")
        ),
        {},
    ),
    _renamed(
        SHOP,
        "a unique constraint",
        "people",
        lambda t: t.set(unique=[Unique("email", name="people_mail")]),
        {},
    ),
    _renamed(
        SHOP,
        "a reference",
        "orders",
        lambda t: t.set(
            references=[References("person", "people", on_delete="cascade", name="orders_of_whom")]
        ),
        {},
    ),
]


def cases() -> Iterator[Case]:
    """All cases, in the order of the page."""
    for group, found in GROUPS.items():
        for name, before, after, back, table, edit in found:
            yield Case(name, group, before, after, back, table, edit)
    yield from RENAMES


CASES = list(cases())
