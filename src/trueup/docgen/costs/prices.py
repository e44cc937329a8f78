"""Prices of DynamoDB: those of one region on one day, and any others from a file."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

HOURS_A_MONTH = 730
GB = 1_000_000_000

Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ClassPrices(BaseModel):
    """US dollars for tables of one class.

    million_read_units, million_write_units: on demand.
    read_unit_hour, write_unit_hour: provisioned.
    gb_month: of storage; what is free for an account is left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    million_read_units: Dollars
    million_write_units: Dollars
    read_unit_hour: Dollars
    write_unit_hour: Dollars
    gb_month: Dollars


class Prices(BaseModel):
    """All prices of a region. on: the day on which they were read. source: where.

    recovery_gb_month: of recovery at any point in time, by the size of the table.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    region: str
    on: date
    source: str
    standard: ClassPrices
    infrequent_access: ClassPrices
    recovery_gb_month: Dollars


US_EAST_1 = Prices(
    region="us-east-1",
    on=date(2026, 11, 27),
    source="https://aws.amazon.com/dynamodb/pricing/",
    standard=ClassPrices(
        million_read_units=0.125,
        million_write_units=0.625,
        read_unit_hour=0.00013,
        write_unit_hour=0.00065,
        gb_month=0.25,
    ),
    infrequent_access=ClassPrices(
        million_read_units=0.155,
        million_write_units=0.78,
        read_unit_hour=0.00016,
        write_unit_hour=0.00081,
        gb_month=0.10,
    ),
    recovery_gb_month=0.20,
)


def dollars(value: float) -> str:
    """`$1,234.50`; what is less than a dollar with its first three digits."""
    return f"${value:,.2f}" if value == 0 or value >= 1 else f"${value:.3g}"
