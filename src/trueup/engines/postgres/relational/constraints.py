"""Constraints as SQL: UNIQUE, FOREIGN KEY, EXCLUDE, and those written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....model.declarations.relational import Exclude, References, Relational, Unique
from ....model.description.tables import TableDescription
from ..values.names import column_name, quote, short_name
from ..values.types import Column


class Naming:
    """The names that SQL has for a table, its fields and the other tables."""

    def __init__(
        self, table: TableDescription, columns: Sequence[Column], names: Mapping[str, str]
    ) -> None:
        self.table = names[table.name]
        self.quoted = quote(self.table)
        self.column = {
            attribute.name: column
            for attribute, column in zip(table.attributes, columns, strict=True)
        }
        self._names = names
        self._is_renamed = self.table != table.name

    def fields(self, fields: Sequence[str]) -> str:
        """The columns of fields, in a list."""
        return ", ".join(quote(self.column[field].name) for field in fields)

    def made(self, fields: Sequence[str], suffix: str) -> str:
        """A name as PostgreSQL makes it: `jobs_client_id_key`."""
        columns = [self.column[field].name for field in fields]
        return short_name("_".join([self.table, *columns, suffix]))

    def called(self, name: str) -> str:
        """A declared name. Names of indexes are those of a whole schema: a table with another
        name than its own brings it along."""
        return short_name(f"{self.table}.{name}") if self._is_renamed else name

    def other(self, table: str) -> str:
        """Another table."""
        return quote(self._names[table])

    def named(self, statement: str) -> str:
        """SQL of one's own, with the names that tables have here."""
        for table in self._names:
            statement = statement.replace(f"{{{table}}}", self.other(table))
        return statement


def constraints_of(settings: Relational, naming: Naming) -> dict[str, str]:
    """Every constraint but those of the types, by name."""
    found: dict[str, str] = {}
    for unique in settings.unique:
        if not unique.where:
            found[unique_name(unique, naming)] = _unique(unique, naming)
    for reference in settings.references:
        found[reference_name(reference, naming)] = _reference(reference, naming)
    for exclusion in settings.exclusions:
        found[exclusion_name(exclusion, naming)] = _exclusion(exclusion, naming)
    for check in settings.checks:
        found[check.name] = f"CHECK ({check.condition})"
    return found


def unique_name(unique: Unique, naming: Naming) -> str:
    """The name of a unique constraint, or of the index that it is."""
    return naming.called(unique.name) if unique.name else naming.made(unique.field_names, "key")


def reference_name(reference: References, naming: Naming) -> str:
    """The name of a reference."""
    return reference.name or naming.made(reference.field_names, "fkey")


def exclusion_name(exclusion: Exclude, naming: Naming) -> str:
    """The name of an exclusion, and of its index."""
    made = naming.made(tuple(exclusion.fields), "excl")
    return naming.called(exclusion.name) if exclusion.name else made


def _unique(unique: Unique, naming: Naming) -> str:
    nulls = "" if unique.nulls_distinct else " NULLS NOT DISTINCT"
    return f"UNIQUE{nulls} ({naming.fields(unique.field_names)})"


def _reference(reference: References, naming: Naming) -> str:
    parts = [
        f"FOREIGN KEY ({naming.fields(reference.field_names)})",
        f"REFERENCES {naming.other(reference.table)}",
    ]
    if reference.target_fields:
        parts.append(f"({', '.join(quote(column_name(one)) for one in reference.target_fields)})")
    if reference.on_update != "no action":
        parts.append(f"ON UPDATE {reference.on_update.upper()}")
    if reference.on_delete != "no action":
        chosen = f" ({naming.fields(reference.set_fields)})" if reference.set_fields else ""
        parts.append(f"ON DELETE {reference.on_delete.upper()}{chosen}")
    if reference.deferred:
        parts.append("DEFERRABLE INITIALLY DEFERRED")
    return " ".join(parts)


def _exclusion(exclusion: Exclude, naming: Naming) -> str:
    parts = ", ".join(
        f"{naming.fields((field,))} WITH {operator}" for field, operator in exclusion.fields.items()
    )
    where = f" WHERE ({exclusion.where})" if exclusion.where else ""
    return f"EXCLUDE USING {exclusion.method} ({parts}){where}"
