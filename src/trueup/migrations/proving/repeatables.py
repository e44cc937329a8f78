"""Prove repeatable files on the shadow that has all migrations: each runs twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...errors import TrueupError
from ...lifecycle.clocks import TRUE_CLOCKS
from ..events import Event, Proving, Tell
from ..port import MigrationDatabase
from ..repeatable.files import Repeatable
from ..repeatable.history import create_kept
from ..repeatable.running import Repeater
from ..shapes import differences, fingerprint
from .contents import losses, read_contents
from .proofs import Proof
from .refusals import NotProved, Refused


def prove_repeatables(
    shadow: MigrationDatabase, repeatables: Sequence[Repeatable], tell: Tell
) -> Iterator[Proof | Refused]:
    """A proof for each file in order, until one is refused."""
    create_kept(shadow)
    repeater = Repeater(shadow, TRUE_CLOCKS, _silent, lambda: ("", ""))
    for one in repeatables:
        tell(Proving(one, "twice"))
        try:
            yield _prove(shadow, repeater, one)
        except NotProved as refusal:
            yield Refused(one, refusal.what, refusal.error)
            return
        except TrueupError as error:
            yield Refused(one, "it fails", error)
            return


def _prove(shadow: MigrationDatabase, repeater: Repeater, one: Repeatable) -> Proof:
    shapes = shadow.shapes()
    rows = read_contents(shadow, shapes)
    before = fingerprint(shadow.objects())
    made = repeater.run_one(one, before)
    first = shadow.objects()
    try:
        repeater.run_one(one, fingerprint(first))
    except TrueupError as error:
        raise NotProved(
            "it fails where it ran already: write CREATE OR REPLACE, or DROP … IF EXISTS first",
            error,
        ) from error
    differs = differences(first, shadow.objects())
    if differs:
        raise NotProved(f"it makes another schema when it runs again: {', '.join(differs)}")
    return Proof(
        name=one.name,
        checksum=one.checksum,
        chain=one.chain,
        engine=shadow.dialect.value,
        major=shadow.major,
        before={},
        after=dict(made),
        rows={name: contents.rows for name, contents in sorted(rows.items())},
        loses_up=losses(rows, read_contents(shadow, shapes)),
        is_forward=True,
    )


def _silent(_event: Event) -> None:
    """Tells nobody."""
