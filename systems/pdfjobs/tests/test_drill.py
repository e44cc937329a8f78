"""The drill of the demo, in a database of its own."""

from __future__ import annotations

from systems.pdfjobs.drill import drill, verified
from systems.pdfjobs.migrate import files, migrate, version_of


def test_every_claim_of_the_drill_holds(empty_url: str) -> None:
    claims = [*drill(empty_url), verified(empty_url)]
    assert [one.sentence for one in claims if not one.holds] == []
    assert len(claims) == 7
    assert migrate(empty_url, 60).version == version_of(files())
