"""Charges: the units of each question and call of a table, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from ..._dataclass import dataclass
from ...model.declarations.dynamodb import DynamoDB
from ...model.declarations.patterns import AccessPattern
from ...model.description.tables import IndexDescription, TableDescription
from .prices import GB, HOURS_A_MONTH, ClassPrices, Prices
from .rates import TableRates
from .sizes import OVERHEAD_BYTES, index_bytes, item_bytes
from .units import read_units, write_units

USUAL_ITEMS = 25
"""What an answer of many is taken to read, if neither a rate nor an example says."""
SECONDS_A_MONTH = HOURS_A_MONTH * 3600


@dataclass(frozen=True, slots=True)
class Question:
    """An access pattern. items: that an answer reads. bytes: of each, as the index holds it.

    units: read units of one answer, eventually consistent; of a sharded index, of all its shards.
    """

    name: str
    index: str
    items: int
    bytes: int
    units: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Call:
    """A call that reads or writes single items. units: of one item, indexes included."""

    name: str
    units: float
    per_second: float
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class Charges:
    """What a table is charged, in units and in US dollars a month.

    is_rated: whether anybody says how much it holds, and how often it is asked.
    """

    table: str
    item_bytes: int
    is_estimate: bool
    items: int
    settings: DynamoDB
    prices: Prices
    stored_gb: float
    questions: tuple[Question, ...] = ()
    calls: tuple[Call, ...] = ()
    indexes: Mapping[str, int] = field(default_factory=dict)
    is_rated: bool = True

    @property
    def of_class(self) -> ClassPrices:
        """The prices of the table's class."""
        is_standard = self.settings.table_class == "standard"
        return self.prices.standard if is_standard else self.prices.infrequent_access

    def per_million(self, units: float, *, is_read: bool) -> float:
        """What a million of calls costs on demand."""
        of_class = self.of_class
        price = of_class.million_read_units if is_read else of_class.million_write_units
        return units * price

    def per_month(self, charge: Question | Call) -> float:
        """What a question or call costs a month on demand, at its rate."""
        is_read = isinstance(charge, Question) or charge.is_read
        millions = charge.per_second * SECONDS_A_MONTH / 1e6
        return millions * self.per_million(charge.units, is_read=is_read)

    @property
    def requests(self) -> float:
        """Of all questions and calls; or of the provisioned units, of the table and each index."""
        if self.settings.billing == "provisioned":
            reads, writes = self.settings.read_units or 0, self.settings.write_units or 0
            hour = reads * self.of_class.read_unit_hour + writes * self.of_class.write_unit_hour
            return hour * HOURS_A_MONTH * (1 + len(self.indexes))
        charged: tuple[Question | Call, ...] = (*self.questions, *self.calls)
        return sum(map(self.per_month, charged))

    @property
    def storage(self) -> float:
        """Of all that is stored, indexes included."""
        return self.stored_gb * self.of_class.gb_month

    @property
    def recovery(self) -> float:
        """Of recovery at any point in time, by the size of the table alone."""
        if not self.settings.pitr_days:
            return 0.0
        return self.items * self.item_bytes / GB * self.prices.recovery_gb_month

    @property
    def total(self) -> float:
        """A month of everything above."""
        return self.requests + self.storage + self.recovery


def charges_of(table: TableDescription, given: TableRates | None, prices: Prices) -> Charges:
    """What a table is charged at these rates. given: None if nobody says them."""
    rates = given or TableRates()
    size = rates.item_bytes or item_bytes(table)
    held = {name: index_bytes(table, index, size) for name, index in table.indexes.items()}
    stored = sum(one + OVERHEAD_BYTES for one in (size, *held.values())) * rates.items
    return Charges(
        table=table.name,
        item_bytes=size,
        is_estimate=rates.item_bytes is None,
        items=rates.items,
        settings=table.dynamodb,
        prices=prices,
        stored_gb=stored / GB,
        questions=tuple(
            question_of(table, pattern, rates, size) for pattern in table.patterns.values()
        ),
        calls=tuple(_calls(rates, size, held)),
        indexes={name: one for name, one in held.items() if not table.indexes[name].local},
        is_rated=given is not None,
    )


def question_of(
    table: TableDescription, pattern: AccessPattern, rates: TableRates, size: int
) -> Question:
    """The units of an access pattern. size: of an item of the table."""
    index = table.index(pattern.index)
    rate = rates.patterns.get(pattern.name)
    items = _items(table, pattern, index)
    if rate is not None and rate.items is not None:
        items = rate.items
    each = size if index is None else index_bytes(table, index, size)
    shards = index.shards if index else 1
    return Question(
        name=pattern.name,
        index=pattern.index or "",
        items=items,
        bytes=each,
        units=shards * read_units(-(-items * each // shards)),
        per_second=rate.per_second if rate else 0.0,
    )


def _items(table: TableDescription, pattern: AccessPattern, index: IndexDescription | None) -> int:
    """How many items an answer reads: one for the whole key, else what an example is limited to."""
    if index is None and set(pattern.given) >= {key.name for key in table.key}:
        return 1
    if index is None and table.sort is None:
        return 1
    return next((one.limit for one in pattern.examples if one.limit), USUAL_ITEMS)


def _calls(rates: TableRates, size: int, held: Mapping[str, int]) -> Iterator[Call]:
    """Every call with a rate. A write is taken to change what indexes hold, and not their keys."""
    written = write_units(size) + sum(map(write_units, held.values()))
    for name, per_second in rates.calls.items():
        if name in ("get", "get_many"):
            yield Call(name, read_units(size), per_second, is_read=True)
        elif name == "check":
            yield Call(name, 2 * write_units(size), per_second)
        else:
            yield Call(name, written, per_second)
