"""What `trueup query TABLE --describe` prints: the declaration beside the live table."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from ...lifecycle.described import Described
from ...model.description.tables import TableDescription
from ...model.translation.shapes import ListOf, MapOf, Record, Scalar, SetOf, Shape
from ...schema.facts import Unknown, Value, plain, shown
from ..output import BAD, FAINT, GOOD, WARNING
from .document import DescribedAttribute, DescribedPattern, Fact, TableDocument


def table_document(table: TableDescription, described: Described) -> TableDocument:
    """The whole as a document."""
    live = described.live
    return TableDocument(
        table=table.name,
        physical=described.declared.name,
        declared_at=table.declared_at,
        description=table.description,
        exists=None if described.why else live is not None,
        items=live.items if live else None,
        item_bytes=live.item_bytes if live else None,
        attributes=[
            DescribedAttribute(
                name=one.attribute,
                field=one.name,
                type=type_name(one.shape),
                optional=one.nullable,
                description=one.description,
            )
            for one in table.attributes
        ],
        patterns=list(_patterns(table)),
        facts=[
            Fact(
                fact=name,
                declared=plain(declared),
                live=plain(found),
                why=found.why if isinstance(found, Unknown) else "",
            )
            for name, declared, found in described.facts()
        ],
    )


def _patterns(table: TableDescription) -> Iterator[DescribedPattern]:
    for pattern in table.patterns.values():
        index = table.index(pattern.index)
        keys = index.partition if index else (table.partition,)
        yield DescribedPattern(
            name=pattern.name,
            by=list(pattern.given or (key.name for key in keys)),
            index=pattern.index or "",
            order=pattern.order,
            description=pattern.description,
        )


def type_name(shape: Shape) -> str:
    """How an attribute is stored, in a few words."""
    match shape:
        case Scalar(leaf):
            return leaf.value
        case SetOf(element):
            return f"set of {type_name(element)}"
        case ListOf(element):
            return f"list of {type_name(element)}"
        case MapOf(element):
            return f"map of {type_name(element)}"
        case Record(model):
            return model.__name__
        case _:
            return "any"


def table_lines(document: TableDocument, described: Described) -> Iterator[Text | str]:
    """The whole for the eye; what may be too long for a line, and is not broken, as plain text."""
    yield Text(document.table)
    if document.description:
        yield Text(document.description, FAINT)
    yield f"declared at {document.declared_at}"
    yield _presence(document, described)
    yield Text("\nattributes")
    for attribute in document.attributes:
        optional = ", optional" if attribute.optional else ""
        yield Text(f"  {attribute.name}: {attribute.type}{optional}")
    if document.patterns:
        yield Text("\npatterns")
    for pattern in document.patterns:
        by = " ".join(f"{name}=…" for name in pattern.by)
        answers = pattern.index or "the key"
        yield Text(f"  {pattern.name} {by}: {answers}, {pattern.order}")
    yield Text("\nfacts")
    for name, declared, found in described.facts():
        yield _fact(name, declared, found, is_there=described.live is not None)


def _presence(document: TableDocument, described: Described) -> Text:
    if described.why:
        return Text("? ", WARNING) + Text(f"{document.physical}: {described.why}", "none")
    if described.live is None:
        return Text("✗ ", BAD) + Text(f"{document.physical} is not there", "none")
    items = "" if document.items is None else f", about {document.items:,} items"
    size = "" if document.item_bytes is None else f", {document.item_bytes:,} bytes"
    return Text("✓ ", GOOD) + Text(f"{document.physical} is there{items}{size}", "none")


def _fact(name: str, declared: Value, found: Value, *, is_there: bool) -> Text:
    if not is_there or declared == found:
        return Text(f"    {name}: {shown(declared)}")
    if isinstance(found, Unknown):
        return Text("  ? ", WARNING) + Text(f"{name}: {shown(declared)}; live {found}", "none")
    if declared is None:
        return Text(f"    {name}: {shown(found)}") + Text("  not declared", FAINT)
    return Text("  ✗ ", BAD) + Text(f"{name}: {shown(declared)}; live {shown(found)}", "none")
