"""Relational: the settings of a table that make it one of PostgreSQL's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from ...._dataclass import dataclass
from .constraints import Check, Exclude, References, Unique
from .indexes import SqlIndex
from .named_types import SqlComposite, SqlDomain, SqlSequence
from .objects import SqlObject
from .privileges import Grant, Revoke
from .triggers import CountUpdates, TouchOnUpdate, Transitions


@dataclass(frozen=True, slots=True)
class Relational:
    """Makes a table one of columns: each field has the column that its type and its constraints
    ask for, NOT NULL unless the field may be None. For layers with `target="postgres"`.

    Without it, PostgreSQL stores any item, and checks what the model checks.

    types: field to SQL type, instead of the derived one: `{"tokens": "integer"}`. A field of text
        may have any type; its values are then written and read in the server's text form.
    enums: field to the name of a native enum type, which has the field's values in order.
    collations: field of text to its collation; others have "C", the order of bytes, as keys need.
    defaults: field to the SQL of a value that the database gives, `{"id": "gen_random_uuid()"}`, if
        the field is None. Such a column is never NULL.
    identity: fields that the database numbers.
    generated: field to the SQL that the database computes it by, from other columns. Writes never
        set it.
    unique, references, checks, exclusions: what the database refuses.
    indexes: for filters and SQL of one's own.
    triggers: what happens on each update.
    extensions: of PostgreSQL, which creating the table enables.
    domains, composites, sequences: types and numbers of the schema, made before the tables.
    objects: functions, procedures, views and triggers in SQL of one's own.
    grants: what roles may do with the table and its objects, and what they may not.
    tenant: the field of text or UUID that says whose a row is. The database then shows a tenant its
        own rows alone, and the table is read and written through `db.tenant("acme")`.
    tenant_description: the comment on the policy that keeps the tenants apart.
    enum_descriptions: name of an enum type to the comment on it.
    renamed_from: field to the name that its column had before: `{"email": "mail"}`.
    enums_renamed_from: name of an enum type to its former name.
    labels_renamed_from: name of an enum type to its labels that had another name:
        `{"job_status": {"done": "finished"}}`. What was renamed may stay here.
    unknown_attributes: the name of a JSON column for attributes that the model does not know; None:
        such attributes are refused on writing.
    """

    types: Mapping[str, str] = field(default_factory=dict)
    enums: Mapping[str, str] = field(default_factory=dict)
    collations: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    identity: Sequence[str] = ()
    generated: Mapping[str, str] = field(default_factory=dict)
    unique: Sequence[Unique] = ()
    references: Sequence[References] = ()
    checks: Sequence[Check] = ()
    exclusions: Sequence[Exclude] = ()
    indexes: Sequence[SqlIndex] = ()
    triggers: Sequence[TouchOnUpdate | CountUpdates | Transitions] = ()
    extensions: Sequence[str] = ()
    domains: Sequence[SqlDomain] = ()
    composites: Sequence[SqlComposite] = ()
    sequences: Sequence[SqlSequence] = ()
    objects: Sequence[SqlObject] = ()
    grants: Sequence[Grant | Revoke] = ()
    tenant: str = ""
    tenant_description: str = ""
    enum_descriptions: Mapping[str, str] = field(default_factory=dict)
    renamed_from: Mapping[str, str] = field(default_factory=dict)
    enums_renamed_from: Mapping[str, str] = field(default_factory=dict)
    labels_renamed_from: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unknown_attributes: str | None = None

    @property
    def made_by_the_database(self) -> frozenset[str]:
        """The fields whose values the database gives if a write does not."""
        return frozenset({*self.defaults, *self.identity, *self.generated})
