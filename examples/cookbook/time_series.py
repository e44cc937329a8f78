"""Measurements of devices, a partition for each device and day, which expires.

After AWS on time series:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-time-series.html
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from trueup import Database, ExpiresAt, Layer, Model, Table, at, composed

from .design import Answers, Design


class Measurement(Model):
    """A measurement. Its partition is a device's day, so that no partition grows for ever."""

    device: str
    day: date
    at_time: time
    celsius: Decimal
    expires_at: ExpiresAt
    pk: str = composed("DEVICE#{device}#{day}")
    sk: str = composed("{at_time}")


measurements = Table("Measurements", Measurement, partition="pk", sort="sk", ttl="expires_at")
layer = Layer("weather", target="dynamodb", tables=[measurements])
DAY = date(2026, 5, 1)


def ask(db: Database) -> Answers:
    """The questions of the design."""
    repo = db.repository(measurements)
    of_day = repo.query({"device": "roof", "day": DAY})
    latest = repo.query({"device": "roof", "day": DAY}, order="descending", limit=1)
    warm = repo.query({"device": "roof", "day": DAY}, filter=Measurement.celsius > 20)
    return {
        "a device's day": [str(one.celsius) for one in of_day],
        "the latest": [str(one.celsius) for one in latest],
        "when it was warm": [one.at_time.isoformat() for one in warm],
    }


def change(db: Database) -> object:
    """A wrong measurement is corrected."""
    key = {"device": "roof", "day": DAY, "at_time": time(12)}
    return db.repository(measurements).update(key, at(Measurement.celsius).assign(Decimal(22)))


def _measured(moment: str, celsius: str) -> dict[str, dict[str, str]]:
    expiry = int(datetime(2055, 1, 1, tzinfo=UTC).timestamp())
    return {
        "pk": {"S": "DEVICE#roof#2026-05-01"},
        "sk": {"S": moment},
        "device": {"S": "roof"},
        "day": {"S": "2026-05-01"},
        "at_time": {"S": moment},
        "celsius": {"N": celsius},
        "expires_at": {"N": str(expiry)},
    }


DESIGN = Design(
    layer,
    measurements,
    [
        _measured("06:00:00.000000", "9.5"),
        _measured("12:00:00.000000", "21"),
        _measured("18:00:00.000000", "17.25"),
    ],
    ask,
    change,
    _measured("12:00:00.000000", "22"),
)
