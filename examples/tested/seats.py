"""Seats that are held for some minutes: a program with time in it, as a test has to turn it."""

from __future__ import annotations

from trueup import (
    AlreadyExists,
    ExpiresAt,
    Layer,
    Model,
    Repository,
    Table,
    expires_in,
)


class Hold(Model):
    """A seat that somebody holds until it expires."""

    show: str
    seat: str
    holder: str
    expires_at: ExpiresAt


holds = Table("Holds", Hold, partition="show", sort="seat")
layer = Layer("seats", target="dynamodb", tables=[holds])


def hold(repo: Repository[Hold], show: str, seat: str, holder: str, minutes: int = 5) -> bool:
    """Hold a seat; false if somebody holds it. What has expired counts as absent."""
    expiry = expires_in(seconds=minutes * 60)
    try:
        repo.create(Hold(show=show, seat=seat, holder=holder, expires_at=expiry))
    except AlreadyExists:
        return False
    return True


def held(repo: Repository[Hold], show: str) -> list[str]:
    """The seats of a show that are held."""
    return [one.seat for one in repo.query(show)]
