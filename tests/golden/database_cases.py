"""Files that are locked, missing, damaged, full or not ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import trueup
from tests.golden.stage import KEY, Order, Stage, notes, order, orders, secret, shop
from trueup import Index, Layer, Table, open_database
from trueup.engines.connect import find_driver, new_engine
from trueup.engines.sqlite.wire.blocking import SqliteWire
from trueup.engines.sqlite.wire.connections import Location


def _rewrite_item(stage: Stage, **changes: Any) -> None:
    """What another program, or an older version of this one, may have written."""
    stage.fill_file()
    with stage.sql() as connection:
        (text,) = connection.execute('SELECT item FROM "Orders"').fetchone()
        item = json.dumps({**json.loads(text), **changes})
        connection.execute('UPDATE "Orders" SET item = ?', (item,))


def locked_until_the_deadline(stage: Stage) -> object:
    stage.fill_file()
    with stage.opened(timeout_s=0.05) as db, stage.sql() as other:
        other.execute("BEGIN IMMEDIATE")
        return db.repository(orders).put(order())


def missing_table(stage: Stage) -> object:
    with stage.opened() as db:
        return db.repository(orders).get(*KEY)


def missing_table_in_a_write(stage: Stage) -> object:
    with stage.opened() as db:
        return db.repository(orders).put(order())


def table_that_differs_from_its_declaration(stage: Stage) -> None:
    stage.fill_file()
    changed = Table(
        "Orders",
        Order,
        partition="customer",
        sort="placed_at",
        indexes=[Index("ByStatus", partition="status"), Index("ByTotal", partition="total")],
        ttl="expires_at",
    )
    layer = Layer("shop", target="dynamodb", tables=[changed])
    with trueup.connect(f"sqlite:///{stage.file}", layer) as db:
        db.create_tables()


def table_that_trueup_did_not_make(stage: Stage) -> None:
    with stage.opened():
        pass
    with stage.sql() as connection:
        connection.execute('CREATE TABLE "Orders" (customer TEXT PRIMARY KEY)')
    with stage.opened() as db:
        db.create_tables()


def column_that_is_missing(stage: Stage) -> object:
    with stage.opened():
        pass
    with stage.sql() as connection:
        connection.execute('CREATE TABLE "Orders" (customer TEXT PRIMARY KEY, item TEXT)')
    with stage.opened() as db:
        return db.repository(orders).get(*KEY)


def item_that_does_not_fit_the_model(stage: Stage) -> object:
    _rewrite_item(
        stage,
        status=secret("status"),
        prices={secret("sku"): secret("price")},
        lines=[{"sku": secret("sku"), "count": secret("count")}],
    )
    with stage.opened() as db:
        return db.repository(orders).get(*KEY)


def item_of_a_page_that_does_not_fit_the_model(stage: Stage) -> object:
    _rewrite_item(stage, status=secret("status"))
    with stage.opened() as db:
        return db.repository(orders).query(secret("ada")).all()


def item_that_is_no_json(stage: Stage) -> object:
    stage.fill_file()
    with stage.sql() as connection:
        connection.execute('UPDATE "Orders" SET item = ?', (secret("{"),))
    with stage.opened() as db:
        return db.repository(orders).get(*KEY)


def item_that_is_no_json_under_a_filter(stage: Stage) -> object:
    stage.fill_file()
    with stage.sql() as connection:
        connection.execute('UPDATE "Orders" SET item = ?', (secret('{"$"'),))
    with stage.opened() as db:
        return db.repository(orders).query(secret("ada"), filter=Order.total == 0).all()


def item_with_an_unknown_tag(stage: Stage) -> object:
    _rewrite_item(stage, notes={"$date": secret("date")})
    with stage.opened() as db:
        return db.repository(orders).get(*KEY)


def unknown_attribute_of_a_strict_table(stage: Stage) -> object:
    with stage.opened() as db:
        db.create_tables()
    with stage.sql() as connection:
        item = json.dumps({"id": secret("1"), "text": "", "colour": secret("red")})
        connection.execute('INSERT INTO "Notes" (id, item) VALUES (?, ?)', (secret("1"), item))
    with stage.opened() as db:
        return db.repository(notes).get(secret("1"))


def read_only_file(stage: Stage) -> object:
    stage.fill_file()
    with stage.opened("?mode=ro") as db:
        return db.repository(orders).put(order())


def read_only_file_that_does_not_exist(stage: Stage) -> object:
    with stage.opened("?mode=ro") as db:
        return db.repository(orders).get(*KEY)


def full_disk(stage: Stage) -> object:
    stage.fill_file()
    driver, _ = find_driver("sqlite://")
    wire = SqliteWire(Location(stage.file))
    # The limit is a setting of one connection.
    wire.write(lambda writer: writer.execute("PRAGMA max_page_count = 1").fetchall())
    with open_database(new_engine(driver, shop, "{table}", None), wire, shop) as db:
        return db.repository(orders).put(order(notes=secret("x") * 10_000))


def file_that_is_no_database(stage: Stage) -> None:
    stage.file.write_text(secret("text") * 1_000)
    with stage.opened() as db:
        db.create_tables()


def page_that_is_damaged(stage: Stage) -> object:
    stage.fill_file()
    content = bytearray(stage.file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    stage.file.write_bytes(content)
    with stage.opened() as db:
        return db.repository(orders).get(*KEY)


def file_of_another_application(stage: Stage) -> None:
    with stage.sql() as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    with stage.opened() as db:
        db.create_tables()


def file_of_a_newer_version(stage: Stage) -> None:
    stage.fill_file()
    with stage.sql() as connection:
        connection.execute("PRAGMA user_version = 99")
    with stage.opened() as db:
        db.create_tables()


def folder_that_does_not_exist(stage: Stage) -> object:
    missing = Path(stage.folder) / "nowhere" / "shop.db"
    return trueup.connect(f"sqlite:///{missing}", shop)


def trigger_that_another_program_made(stage: Stage) -> object:
    stage.fill_file()
    with stage.sql() as connection:
        connection.execute(
            'CREATE TRIGGER stop BEFORE INSERT ON "Orders" '
            "BEGIN SELECT RAISE(ABORT, 'orders are closed'); END"
        )
    with stage.opened() as db:
        return db.repository(orders).put(order())
