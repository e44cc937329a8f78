"""The faults, and what each of them has done to the round that it met."""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults_postgres.proxy import Act, Hangup, Link


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. is_done: whether the server did what it was asked; None if the
    client learns that nothing went wrong. of_rounds: whether it happens only at ends of rounds,
    since other messages make no difference. is_slow: whether only the deadline ends it."""

    name: str
    act: Act
    is_done: bool = False
    of_rounds: bool = True
    is_slow: bool = False


def cut(link: Link) -> None:
    raise Hangup


def cut_and_refuse(link: Link) -> None:
    """The server is away for a moment."""
    link.proxy.refuse = 2
    raise Hangup


def lose(link: Link) -> None:
    link.lose(cut)


def lose_by_reset(link: Link) -> None:
    link.lose(Link.reset)


def truncate(link: Link) -> None:
    """Half of the answer comes."""

    def then(link: Link) -> None:
        link.client.sendall(link.held[: len(link.held) // 2])
        raise Hangup

    link.lose(then)


def terminate_after(link: Link) -> None:
    """The server ends the connection when it has done it, and its answer does not come."""
    link.lose(Link.terminate)


FAULTS = (
    Fault("cut", cut, of_rounds=False),
    Fault("reset", Link.reset, of_rounds=False),
    Fault("terminated", Link.terminate, of_rounds=False),
    Fault("away", cut_and_refuse),
    Fault("lost", lose, is_done=True),
    Fault("lost_by_reset", lose_by_reset, is_done=True),
    Fault("truncated", truncate, is_done=True),
    Fault("terminated_after", terminate_after, is_done=True),
    Fault("black_hole", Link.swallow, is_slow=True),
)
