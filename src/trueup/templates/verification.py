"""Declared tables beside those of templates, without a database.

A table whose name is not known is matched by its resource's id, which the caller gives, or by its
key, if no other fits; the latter leaves its name unknown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from .._dataclass import dataclass
from ..engines.dynamodb.ddl.declared import declared as declared_on_dynamodb
from ..errors import Place, UnsupportedByEngine
from ..lifecycle.accepted import NOTHING, Accepted
from ..lifecycle.declared import check_names, protected
from ..lifecycle.verification import Verification
from ..model.declarations.layer import Layer
from ..schema.engine import LiveTable
from ..schema.facts import Difference, Unknown, Value
from ..schema.severity import Severity
from ..schema.tables import TableSchema
from ..schema.verify import Finding, verify_table
from .beside import REMOVAL, declared_beside
from .mending import with_mends
from .tables import TemplateTable, template_tables
from .template import Template

_GENERATED = Unknown("CloudFormation makes the name")
_HASH = re.compile("[0-9A-F]{8}$")
"""What the CDK adds to the name of a construct.
Source: https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html"""


@dataclass(frozen=True, slots=True)
class Match:
    """A table of a template that stands for a declared one. by: the sign, if it is not certain."""

    table: TemplateTable
    by: str = ""


def verify_templates(
    declared: Mapping[str, TableSchema],
    templates: Sequence[Template],
    *,
    resources: Mapping[str, str],
    is_whole: bool = True,
    accepted: Accepted = NOTHING,
) -> Verification:
    """Verify declared tables, by physical name, against templates.

    resources: ids of resources by physical names, for tables whose names the templates do not tell.
    is_whole: whether all tables of the layer are declared here, so that others are strangers.

    Raises DeclarationError (invalid-template) for a table that no deployment would take.
    """
    tables = [table for template in templates for table in template_tables(template)]
    hidden = [why for template in templates for why in template.unknown.values()]
    matches = matched(declared, tables, resources)
    findings: list[Finding] = []
    present: list[str] = []
    for name, schema in declared.items():
        found = matches[name]
        present += [name] if found else []
        if not found:
            findings += verify_table(schema, _absent(name, hidden, tables, matches))
        for match in found:
            findings += _named(schema, match)
            live = in_words_of(schema, match.table.live)
            findings += verify_table(tellable(schema, live), live)
            findings += _strange(schema, match.table)
    if is_whole:
        findings += _strangers(tables, matches)
    findings += [one for template in templates for one in _unread(template)]
    mended = tuple(with_mends(findings, templates))
    return Verification(mended, tuple(present), tuple(declared), accepted)


def declared_in_templates(
    layer: Layer, names: Mapping[str, str], only: Collection[str] = (), *, protect: bool = False
) -> dict[str, TableSchema]:
    """The declared tables by physical name, with the facts that templates can say.

    names: physical by logical names. only: logical names; empty for all. protect: whether the stage
    protects its tables.

    Raises UnsupportedByEngine for a layer with another target than DynamoDB, and InvalidCall
    (invalid-option) if the layer has no table of a name.
    """
    if layer.target != "dynamodb":
        raise UnsupportedByEngine(
            f"the layer {layer.name!r} targets {layer.target}, whose tables are in no template",
            where=Place(note=layer.declared_at),
            fix="leave --template out",
        )
    check_names(only, [table.name for table in layer.tables])
    schemas = (
        declared_on_dynamodb(layer.describe(table), names[table.name])
        for table in layer.tables
        if not only or table.name in only
    )
    settings = {names[table.name]: layer.describe(table).dynamodb for table in layer.tables}
    return {
        schema.name: declared_beside(protected(schema, protect), settings[schema.name])
        for schema in schemas
    }


def tellable(declared: TableSchema, live: LiveTable) -> TableSchema:
    """The declared table without what the form of the template does not tell."""
    if REMOVAL in live.schema.facts:
        return declared
    facts = {name: fact for name, fact in declared.facts.items() if name != REMOVAL}
    return replace(declared, facts=facts)


def matched(
    declared: Mapping[str, TableSchema],
    tables: Sequence[TemplateTable],
    resources: Mapping[str, str],
) -> dict[str, list[Match]]:
    """The tables of templates that stand for each declared one, by physical name."""
    found: dict[str, list[Match]] = {}
    for name in declared:
        sure = [one for one in tables if one.name == name]
        given = [one for one in tables if _is_named(one, resources.get(name, ""))]
        found[name] = [Match(table) for table in given or sure]
    taken = {id(match.table) for some in found.values() for match in some}
    nameless = [one for one in tables if not isinstance(one.name, str) and id(one) not in taken]
    for name, schema in declared.items():
        fitting = [table for table in nameless if _has_key_of(table, schema)]
        rivals = [other for other, some in found.items() if not some]
        alike = [other for other in rivals if fitting and _has_key_of(fitting[0], declared[other])]
        if not found[name] and len(fitting) == 1 and alike == [name]:
            nameless.remove(fitting[0])
            found[name] = [Match(fitting[0], "its key")]
    return found


def is_table(id_: str, template: Template) -> bool:
    """Whether an id, such as `--resource` gives, names a table of a template."""
    return any(_is_named(table, id_) for table in template_tables(template))


def _is_named(table: TemplateTable, given: str) -> bool:
    """Whether an id names the resource: also without the stack it is in, or the CDK's hash."""
    full = table.resource.id
    last = full.rpartition("/")[2]
    return bool(given) and given in (full, last, _HASH.sub("", last))


def in_words_of(declared: TableSchema, live: LiveTable) -> LiveTable:
    """A table of a template, with its key of encryption in the words of the declaration.

    Only KMS can tell which key an alias names.
    """
    wanted, found = (_key_in(one.facts.get("encryption")) for one in (declared, live.schema))
    if not wanted or not found or wanted == found:
        return live
    if wanted.endswith(f":key/{found}") or found.endswith(f":key/{wanted}"):
        encryption = live.schema.facts["encryption"]
        assert isinstance(encryption, Mapping)
        facts = {**live.schema.facts, "encryption": {**encryption, "key": wanted}}
        return replace(live, schema=replace(live.schema, facts=facts))
    if ("alias/" in wanted) != ("alias/" in found):
        why = Unknown(f"only kms:DescribeKey tells whether {found} is {wanted}")
        return replace(live, unknown={**live.unknown, ("encryption", "key"): why})
    return live


def _key_in(encryption: Value) -> str:
    key = encryption.get("key") if isinstance(encryption, Mapping) else None
    return key if isinstance(key, str) else ""


def _has_key_of(table: TemplateTable, schema: TableSchema) -> bool:
    live = table.live
    is_known = not any(path[:1] in ((), ("key",)) for path in live.unknown)
    return is_known and (live.schema.partition, live.schema.sort) == (schema.partition, schema.sort)


def _absent(
    name: str,
    hidden: Sequence[str],
    tables: Sequence[TemplateTable],
    matches: Mapping[str, Sequence[Match]],
) -> LiveTable | None:
    """What stands for a table that was not found: something unknown, if it may be there."""
    doubts = list(hidden)
    nameless = [one for one in unmatched(tables, matches) if not isinstance(one.name, str)]
    if nameless:
        ids = ", ".join(one.resource.id for one in nameless)
        doubts.append(f"it may be {ids}, whose name is not known; --resource TABLE=ID says it")
    if not doubts:
        return None
    return LiveTable(TableSchema(name, ()), unknown={(): Unknown("; ".join(doubts))})


def _named(schema: TableSchema, match: Match) -> Iterator[Finding]:
    """The name, if it is only supposed that the table is the declared one, or if it is given as
    such and has another."""
    name, place = match.table.name, match.table.resource.place_of("TableName")
    if isinstance(name, str) and name != schema.name:
        other = Difference(("name",), schema.name, name)
        yield Finding(schema.name, other, schema.source, place, Severity.CRITICAL)
    if not match.by:
        return
    why = name.why if isinstance(name, Unknown) else _GENERATED.why
    unknown = Unknown(
        f"{why}; {match.table.resource.id} was matched by {match.by}: --resource TABLE="
        f"{match.table.resource.id} says that it is this table"
    )
    difference = Difference(("name",), schema.name, unknown)
    yield Finding(schema.name, difference, schema.source, place, Severity.CRITICAL)


def _strange(schema: TableSchema, table: TemplateTable) -> Iterator[Finding]:
    """What a table says that no declaration can."""
    for path, why in table.strange.items():
        place = table.resource.place_of(*path)
        yield Finding(schema.name, Difference(path, None, why), schema.source, place, Severity.LOW)


def _strangers(
    tables: Sequence[TemplateTable], matches: Mapping[str, Sequence[Match]]
) -> Iterator[Finding]:
    """Tables that no declaration has."""
    for table in unmatched(tables, matches):
        name = table.name if isinstance(table.name, str) else table.resource.id
        found = table.live.unknown.get((), "a table")
        place = table.resource.place_of()
        yield Finding(name, Difference((), None, found), "", place, Severity.LOW)


def unmatched(
    tables: Sequence[TemplateTable], matches: Mapping[str, Sequence[Match]]
) -> list[TemplateTable]:
    """The tables of templates that stand for no declared one."""
    taken = {id(match.table) for some in matches.values() for match in some}
    return [table for table in tables if id(table) not in taken]


def _unread(template: Template) -> Iterator[Finding]:
    """What may hide tables."""
    for place, why in template.unknown.items():
        difference = Difference((place,), None, Unknown(why))
        yield Finding(template.file, difference, "", template.file, Severity.LOW)
