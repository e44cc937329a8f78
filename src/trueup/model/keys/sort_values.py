"""The check that a condition on a sort key can be met by a stored key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions import Kind, SortCondition, SortOp
from ..declarations.templates import Template
from ..description.tables import KeyAttribute, TableDescription
from ..translation.encode import field_codecs


def check_sort_values(
    table: TableDescription, sort: Sequence[SortCondition], keys: Sequence[KeyAttribute]
) -> None:
    """Refuse a condition that no stored key could meet. keys: the sort attributes, in order.

    Raises InvalidCall (invalid-expression, empty-key, composed-mismatch).
    """
    for condition, key in zip(sort, keys, strict=False):
        if condition.op is SortOp.BEGINS_WITH and key.kind is Kind.N:
            raise InvalidCall(
                f"the sort key attribute {key.name!r} is a number and begins with nothing",
                code=ErrorCode.INVALID_EXPRESSION,
                fix="give a range: at(path).between(low, high)",
            )
        if "" in condition.values or b"" in condition.values:
            raise InvalidCall(
                f"the sort key attribute {key.name!r} is compared with an empty value",
                code=ErrorCode.EMPTY_KEY,
                where=Place(attribute=key.attribute),
                fix="leave sort= out to read the whole partition: no stored key is empty",
            )
        _check_composed(table, condition, key)


def _check_composed(table: TableDescription, sort: SortCondition, key: KeyAttribute) -> None:
    """Refuse a text or prefix that no template of the attribute gives."""
    if sort.op not in (SortOp.BEGINS_WITH, SortOp.EQ):
        return  # a range may end anywhere
    templates = list(_templates(table, key))
    text = str(sort.values[0])
    is_begin = sort.op is SortOp.BEGINS_WITH
    for template in templates:
        if template is None or (
            template.could_begin(text) if is_begin else template.could_build(text)
        ):
            return
    known = " or ".join(repr(template.text) for template in templates if template)
    raise InvalidCall(
        f"the sort key attribute {key.name!r} never {'begins with' if is_begin else 'is'} the "
        f"text that was given: it is composed as {known}",
        code=ErrorCode.COMPOSED_MISMATCH,
        where=Place(attribute=key.attribute),
        fix="give it as the template builds it: separators as declared, and within a part escaped "
        "as % and two hex digits",
    )


def check_composed_key(
    key: KeyAttribute, text: str, templates: Sequence[Template], where: Place
) -> None:
    """Refuse a text that no template of a key attribute gives: no stored key could be it.

    Raises InvalidCall (composed-mismatch).
    """
    if any(one.could_build(text) for one in templates):
        return
    known = " or ".join(repr(one.text) for one in templates)
    parts = ", ".join(f'"{field}": ...' for field in templates[0].fields)
    raise InvalidCall(
        f"the key attribute {key.name!r} never is the text that was given: it is composed as "
        f"{known}",
        code=ErrorCode.COMPOSED_MISMATCH,
        where=replace(where, attribute=key.attribute),
        fix=f"give its parts in a mapping, as in query({{{parts}}}), with the other values of the "
        "key if there are any; or the text as the template builds it",
    )


def key_templates(table: TableDescription, key: KeyAttribute) -> tuple[Template, ...]:
    """The templates of a key attribute; none if a model of the table takes any text for it."""
    templates = tuple(_templates(table, key))
    return () if None in templates else tuple(one for one in templates if one)


def parts_of_key(table: TableDescription, key: KeyAttribute) -> tuple[str, ...]:
    """The fields that a key attribute is composed of, alike in every model; none if it is not."""
    templates = key_templates(table, key)
    return templates[0].fields if len({one.text for one in templates}) == 1 else ()


def _templates(table: TableDescription, key: KeyAttribute) -> Iterator[Template | None]:
    """The template of the attribute in each model of the table; None if it is any text."""
    for model in table.models.values():
        for field in field_codecs(model):
            if field.attribute == key.attribute:
                yield field.template
