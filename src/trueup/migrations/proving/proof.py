"""Prove migrations on a shadow: up, down and up again, over rows, and every time the same schema.

rows ─► up ─► down: schema and rows as before? ─► up: schema as after the first?
                          ─► more rows ─► down ─► up: what has come back?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..._dataclass import dataclass
from ...errors import TrueupError
from ...lifecycle.clocks import TRUE_CLOCKS
from ..events import Event, Proving, Tell
from ..files import Migration
from ..history import Record, State, find_record, next_record, read_history
from ..port import MigrationDatabase, Shape
from ..repeatable.files import Repeatable
from ..repeatable.running import Repeater
from ..sections import Section
from ..shapes import differences, fingerprint
from ..steps import Steps, Way
from .contents import Contents, losses, read_contents
from .proofs import Proof
from .refusals import NotProved
from .rows import ROWS, load

_LATER = 1_000_000
"""The number of the first row that is put after a migration went up."""
_NOT_BACK = "down does not bring the schema back"
_EXTENSION = "extension "
"""May be left behind on the way down: others of the database may use it by then."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """A schema with its rows."""

    objects: Mapping[str, str]
    contents: Mapping[str, Contents]


class Trial:
    """The proof of one migration on a shadow."""

    def __init__(self, shadow: MigrationDatabase, migration: Migration, tell: Tell) -> None:
        self._shadow = shadow
        self._migration = migration
        self._tell = tell
        self._few: dict[str, int] = {}

    def prove(self) -> Proof:
        """The proof, with the migration applied at its end. Raises NotProved."""
        rows = self._fill("rows before", 0)
        self.meet_expectations()
        before = self._moment()
        self.up("up")
        after = self._moment()
        loses_up: list[str] = []
        loses_down: list[str] = []
        if not self._migration.forward_only:
            self.down("down")
            back = self._moment()
            self._check_same(before, back, _NOT_BACK)
            loses_up = losses(before.contents, back.contents)
            self.up("up again")
            self._check_same(after, self._moment(), "up does not make the same schema again")
        rows |= self._fill("rows after", _LATER)
        if not self._migration.forward_only:
            loses_down = self._round_trip(before, after)
        return self._proof(before, after, rows, loses_up, loses_down)

    def _round_trip(self, before: _Moment, after: _Moment) -> list[str]:
        """What rows lose that were put after the migration, if it goes down and up again."""
        full = self._moment()
        self.down("down with new rows")
        self._check_same(before, self._moment(), _NOT_BACK)
        self.up("up at last")
        back = self._moment()
        self._check_same(after, back, "up does not make the same schema again")
        return losses(full.contents, back.contents)

    def _proof(
        self,
        before: _Moment,
        after: _Moment,
        rows: Mapping[str, int],
        loses_up: list[str],
        loses_down: list[str],
    ) -> Proof:
        migration = self._migration
        return Proof(
            name=migration.name,
            checksum=migration.checksum,
            chain=migration.chain,
            engine=self._shadow.dialect.value,
            major=self._shadow.major,
            before=fingerprint(before.objects),
            after=fingerprint(after.objects),
            rows=dict(sorted(rows.items())),
            loses_up=loses_up,
            loses_down=loses_down,
            few=[f"{name}: {count} rows" for name, count in sorted(self._few.items())],
            is_forward=bool(migration.forward_only),
        )

    def fill(self) -> None:
        """Put rows into each table that has too few. Raises NotProved."""
        self._fill("rows for repeatable files", 0)

    def go_beneath(self, repeatables: Sequence[Repeatable]) -> None:
        """Go down and up beneath what repeatable files made. Raises NotProved."""
        before = self._shadow.objects()
        self.down("down beneath what repeatable files made: drop it first, it is made again")
        self.up("up beneath what repeatable files made")
        repeater = Repeater(self._shadow, TRUE_CLOCKS, _silent, lambda: ("", ""))
        repeater.run(repeatables)
        found = differences(before, self._shadow.objects())
        if found:
            raise NotProved(f"down and up loses what repeatable files made: {', '.join(found)}")

    def up(self, part: str) -> None:
        """Apply the migration. Raises NotProved."""
        first = next_record(read_history(self._shadow), self._migration, State.APPLYING)
        self._run(part, self._migration.up, first, replace(first, state=State.APPLIED))

    def down(self, part: str) -> None:
        """Undo the migration. Raises NotProved."""
        record = find_record(self._shadow, self._migration.version)
        assert record
        first = replace(record, state=State.UNDOING, statements=0)
        self._run(part, self._migration.down, first, None)

    def _run(self, part: str, section: Section, first: Record, last: Record | None) -> None:
        self._tell(Proving(self._migration, part))
        try:
            Steps(self._shadow, TRUE_CLOCKS, _silent).run(
                Way(self._migration, section, first, last)
            )
        except TrueupError as error:
            raise NotProved(f"it fails on its way {part}", error) from error

    def _fill(self, part: str, start: int) -> dict[str, int]:
        """Put rows into each table, and say how many it has. Raises NotProved for a table that no
        row fits."""
        self._tell(Proving(self._migration, part))
        found: dict[str, int] = {}
        for shape in self._shadow.shapes():
            count = self._count(shape)
            if count < ROWS or start:
                self._load(shape, start)
                count = self._count(shape)
            found[shape.label] = count
            if not count:
                raise NotProved(
                    f"no row could be made for the table {shape.label}: its constraints refuse "
                    "what was tried, or a column has a type that no values are known for; put a "
                    "first row into it by a migration"
                )
            if count < ROWS:
                self._few[shape.label] = count
        return found

    def _load(self, shape: Shape, start: int) -> None:
        try:
            load(self._shadow, shape, start)
        except TrueupError as error:
            raise NotProved(f"rows for the table {shape.label} cannot be put", error) from error

    def _count(self, shape: Shape) -> int:
        return len(self._shadow.contents(shape.name, ()))

    def meet_expectations(self) -> None:
        """Remove the rows that the migration does not expect; `up` refuses a database with such."""
        for one in self._migration.up.expects:
            self._shadow.begin()
            try:
                self._shadow.run(f"DELETE FROM {one.table} WHERE ({one.condition}) IS NOT TRUE")
                self._shadow.commit()
            except TrueupError as error:
                self._shadow.rollback()
                raise NotProved(f"its expectation of {one.table} cannot be met", error) from error

    def _moment(self) -> _Moment:
        shapes = self._shadow.shapes()
        return _Moment(self._shadow.objects(), read_contents(self._shadow, shapes))

    def _check_same(self, before: _Moment, after: _Moment, what: str) -> None:
        left = {one for one in after.objects.keys() - before.objects if one.startswith(_EXTENSION)}
        found = [one for one in differences(before.objects, after.objects) if one not in left]
        if found:
            raise NotProved(f"{what}: {', '.join(found)}")


def _silent(_event: Event) -> None:
    """Tells nobody."""
