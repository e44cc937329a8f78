"""The fields that `trueup query --fields` shows, under their names or under others."""

from __future__ import annotations

from ..._dataclass import dataclass
from ..._kinds import misspelt
from ...errors import ErrorCode, InvalidCall, Place
from ...model.description.tables import TableDescription


@dataclass(frozen=True, slots=True)
class Shown:
    """An attribute, under the name that it is shown with."""

    name: str
    attribute: str


def read_fields(table: TableDescription, text: str) -> list[Shown]:
    """The fields in `entity_id,health_score` or `student_id=entity_id`; none for an empty text.

    Raises InvalidCall (unknown-attribute).
    """
    return [_field(table, part.strip()) for part in text.split(",") if part.strip()]


def _field(table: TableDescription, text: str) -> Shown:
    name, renamed, field = text.partition("=")
    wanted = field if renamed else name
    for attribute in table.attributes:
        if wanted in (attribute.name, attribute.attribute):
            return Shown(name, attribute.attribute)
    if wanted == table.discriminator:
        return Shown(name, wanted)
    raise InvalidCall(
        f"there is no attribute {wanted!r}",
        code=ErrorCode.UNKNOWN_ATTRIBUTE,
        where=Place(table=table.name, note="--fields"),
        fix=misspelt(wanted, [attribute.name for attribute in table.attributes], "attributes"),
    )
