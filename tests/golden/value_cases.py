"""Values that cannot be stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from tests.golden.stage import (
    KEY,
    SECRET_NUMBER,
    Account,
    Forgotten,
    Legacy,
    Order,
    Shop,
    Stage,
    accounts,
    legacy,
    order,
    secret,
)
from trueup import Model, at, composed, parts_of


def _nested(levels: int) -> Any:
    value: Any = secret("deep")
    for _ in range(levels):
        value = [value]
    return value


def unknown_attribute_in_a_constructor(_: Stage) -> object:
    return order(colr=secret("colour"))


def wrong_type_in_a_constructor(_: Stage) -> object:
    return order(total=secret("total"))


def composed_value_that_contradicts_its_parts(_: Stage) -> object:
    return Shop(id=secret("1"), region=secret("r"), city=secret("c"), place=secret("elsewhere"))


def milliseconds_as_expiry_in_a_constructor(_: Stage) -> object:
    return order(expires_at=SECRET_NUMBER * 10**7)


def naive_expiry_in_a_constructor(_: Stage) -> object:
    return order(expires_at=datetime(2026, 1, 1))


def fraction_of_a_second_in_a_constructor(_: Stage) -> object:
    return order(shipped_at="2026-01-01T00:00:00.733137Z")


def milliseconds_as_expiry_in_an_update(stage: Stage) -> object:
    change = at(Order.expires_at).assign(SECRET_NUMBER * 10**7)  # type: ignore[arg-type]  # the mistake
    return stage.orders.update(KEY, change)


def fraction_of_a_second_in_an_update(stage: Stage) -> object:
    fraction: Any = "2026-01-01T00:00:00.733137Z"
    return stage.orders.update(KEY, at(Order.shipped_at).assign(fraction))


def naive_datetime_in_an_item(stage: Stage) -> object:
    return stage.orders.put(order(placed_at=datetime(2026, 1, 1)))


def datetime_before_the_year_1_in_an_item(stage: Stage) -> object:
    east = timezone(timedelta(hours=2))
    return stage.orders.put(order(placed_at=datetime.min.replace(tzinfo=east)))


def expiry_after_the_year_9999_in_a_constructor(_: Stage) -> object:
    return order(expires_at=datetime.max.replace(tzinfo=UTC))


def naive_datetime_in_a_condition(stage: Stage) -> object:
    return stage.orders.query(secret("ada"), filter=Order.placed_at > datetime(2026, 1, 1)).all()


def nan_in_a_condition(stage: Stage) -> object:
    return stage.orders.query(secret("ada"), filter=Order.total == Decimal("NaN")).all()


def nan_in_an_item(stage: Stage) -> object:
    return stage.orders.put(order(notes={"score": float("nan")}))


def number_of_39_digits(stage: Stage) -> object:
    return stage.orders.put(order(total=Decimal(f"{SECRET_NUMBER}{'1' * 33}")))


def number_of_39_digits_in_a_nested_model(stage: Stage) -> object:
    return stage.orders.put(order(lines=[{"sku": secret("sku"), "count": 10**38 + 733_137}]))


def number_of_39_digits_in_an_update(stage: Stage) -> object:
    return stage.orders.update(KEY, at(Order.total).assign(Decimal(f"733137{'1' * 33}")))


def number_out_of_range(stage: Stage) -> object:
    return stage.orders.put(order(total=Decimal("733137E+126")))


def sum_of_more_than_38_digits(stage: Stage) -> object:
    stage.orders.put(order(total=Decimal(f"733137{'0' * 32}")))
    return stage.orders.update(KEY, at(Order.total).add(Decimal("0.1")))


def half_a_surrogate_pair_in_a_key(stage: Stage) -> object:
    return stage.orders.get(secret("\ud800"), SECRET_NUMBER)


def half_a_surrogate_pair_in_an_item(stage: Stage) -> object:
    return stage.orders.put(order(notes={"text": secret("\ud800")}))


def half_a_surrogate_pair_in_a_map_key(stage: Stage) -> object:
    return stage.orders.put(order(notes={secret("\ud800"): 1}))


def half_a_surrogate_pair_in_an_update(stage: Stage) -> object:
    return stage.orders.update(KEY, at(Order.colour).assign(secret("\ud800")))


def text_that_a_template_did_not_build(_: Stage) -> object:
    return parts_of(Shop.place, secret("place"))


def raw_part_with_a_separator(stage: Stage) -> object:
    return stage.db.repository(legacy).get({"kind": secret("a|b"), "code": secret("c")})


def number_too_wide_for_its_part(stage: Stage) -> object:
    class Wide(Model):
        number: int
        key: str = composed("n#{number:03d}")

    return Wide(number=SECRET_NUMBER)


def item_of_400_kb(stage: Stage) -> object:
    return stage.orders.put(order(notes=secret("x") * 60_000))


def item_of_33_levels(stage: Stage) -> object:
    return stage.orders.put(order(notes=_nested(33)))


def item_of_10000_levels(stage: Stage) -> object:
    return stage.orders.put(order(notes=_nested(10_000)))


def update_to_33_levels(stage: Stage) -> object:
    stage.orders.put(order())
    return stage.orders.update(KEY, at(Order.notes).assign(_nested(33)))


def set_of_mixed_types(stage: Stage) -> object:
    return stage.orders.put(order(notes={secret("tag"), SECRET_NUMBER}))


def model_of_another_table(stage: Stage) -> object:
    forgotten: Any = Forgotten(id=secret("1"))
    return stage.orders.put(forgotten)


def value_that_breaks_a_constraint(stage: Stage) -> object:
    change = at(Account.balance).assign(-SECRET_NUMBER)
    return stage.db.repository(accounts).update(secret("1"), change, version=1)


def value_that_a_validator_refuses(stage: Stage) -> object:
    return stage.orders.update(KEY, at(Order.colour).assign(f"bad {secret('colour')}"))


def value_outside_an_enumeration(stage: Stage) -> object:
    status: Any = secret("status")
    return stage.orders.update(KEY, at(Order.status).assign(status))


def none_where_a_value_is_needed(stage: Stage) -> object:
    nothing: Any = None
    return stage.orders.update(KEY, at(Order.status).assign(nothing))


def raw_part_with_a_separator_in_a_constructor(_: Stage) -> object:
    return Legacy(kind=secret("a|b"), code=secret("c"))


def wrong_type_in_an_update(stage: Stage) -> object:
    total: Any = secret("total")
    return stage.orders.update(KEY, at(Order.total).assign(total))


def wrong_type_in_a_condition(stage: Stage) -> object:
    total: Any = secret("total")
    return stage.orders.delete(*KEY, only_if=Order.total == total)


def text_added_to_a_number(stage: Stage) -> object:
    amount: Any = secret("amount")
    return stage.orders.update(KEY, at(Order.total).add(amount))
