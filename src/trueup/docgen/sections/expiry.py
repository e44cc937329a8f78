"""What expires: the attribute, its format, the retention, and how programs set it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ...model.declarations.base import Model
from ...model.declarations.retention import Kept
from ...model.description.tables import Attribute
from ..documented import DocumentedTable
from ..text.layout import laid_out
from ..text.markdown import code, fenced, sentences
from ..text.python_source import Name, Source, Unwritable, constructor, import_lines, name_of
from .code_blocks import call_text

LATE_DELETION = """\
Deletion is not prompt. The database deletes an expired item in the background, DynamoDB typically
within a few days, and until then the item is stored, paid for, and seen by every other program.
Trueup's reads leave it out from the second of its expiry on, in queries, counts and batches too;
`include_expired=True` shows it."""
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html"""

_FOR_EXAMPLE = timedelta(days=30)
_START = Source("start")
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def duration_words(duration: timedelta) -> str:
    """`90 days`, `36 hours` or `90 seconds`."""
    ((unit, count),) = _in_units(duration).items()
    return f"{_number(count)} {unit if count != 1 else unit.removesuffix('s')}"


def _in_units(duration: timedelta) -> dict[str, float]:
    """The argument of `expires_in` with this duration, in the largest unit without a remainder."""
    for unit, length in (("days", _DAY), ("hours", _HOUR)):
        if duration % length == timedelta(0):
            return {unit: duration // length}
    return {"seconds": duration.total_seconds()}


def _number(count: float) -> str:
    return str(int(count)) if count == int(count) else repr(count)


def retention_words(attribute: Attribute) -> str:
    """How long items are kept, as declared, without a full stop."""
    kept = attribute.kept
    if kept is None:
        return "no retention is declared: each item says when it expires"
    start = code(kept.after) if kept.after else "the write"
    return f"{duration_words(kept.duration)} after {start}"


def expiry_blocks(documented: DocumentedTable, attribute: Attribute) -> Iterator[str]:
    """The facts of a table's expiry, and the code that sets it. attribute: of the expiry."""
    example = documented.example_with(attribute.name)
    stored = documented.stored(example).get(attribute.attribute)
    expiry: datetime = getattr(example, attribute.name)
    field = code(f"{type(example).__name__}.{attribute.name}")
    yield sentences(
        f"An item expires at the instant in {code(attribute.attribute)} ({field} in Python), a "
        f"Number of whole epoch seconds: {code(str(stored))} is {_utc_text(expiry)}.",
        f"Items are kept for {retention_words(attribute)}."
        if attribute.kept
        else f"{retention_words(attribute)}.",
        "An item without it never expires." if attribute.nullable else "",
    )
    block = _setting_block(documented, example, attribute)
    if block:
        yield "To set it:"
        yield block


def _utc_text(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _setting_block(documented: DocumentedTable, example: Model, attribute: Attribute) -> str | None:
    """Code that writes an item with an expiry, and gives it another; None without source."""
    kept = attribute.kept or Kept(_FOR_EXAMPLE)
    expires, names = _expires_in(kept)
    given = {attribute.name: expires}
    if kept.after:
        given[kept.after] = _START
    try:
        made = constructor(example, given)
    except Unwritable:
        return None
    lines = [f"item = {laid_out(made.text, used=len('item = '))}", "repository.put(item)"]
    names |= made.names
    if kept.after:
        names |= {Name("datetime", "UTC"), Name("datetime", "datetime")}
        lines.insert(0, "start = datetime.now(UTC).replace(microsecond=0)")
    if documented.table.version is None:
        lines += ["", "# Another expiry for a stored item:", _changed(example, attribute)]
        names |= {Name("trueup", "at")} | name_of(type(example)).names
    return fenced("python", "\n".join([*import_lines(names), "", *lines]))


def _expires_in(kept: Kept) -> tuple[Source, frozenset[Name]]:
    names = frozenset({Name("trueup", "expires_in")})
    ((unit, count),) = _in_units(kept.duration).items()
    start = ", now=start" if kept.after else ""
    return Source(f"expires_in({unit}={_number(count)}{start})", names), names


def _changed(example: Model, attribute: Attribute) -> str:
    path = f"{name_of(type(example)).text}.{attribute.name}"
    change = f"at({path}).assign(expires_in(days={_FOR_EXAMPLE.days}))"
    return call_text("repository.update", [("", "item"), ("", change)])
