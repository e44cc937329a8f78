"""Queries: the items that answer a question, as they are stored, and what no model can read.

One item that cannot be read hides no other: it comes with what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from .._dataclass import dataclass
from ..engines.open_tables import OpenTables, stored_context
from ..errors import InvalidCall, TrueupError
from ..expressions.evaluate import holds
from ..expressions.values import Item
from ..model.declarations.table import Table
from ..model.description.tables import IndexDescription, TableDescription
from ..model.translation.codec import TableCodec
from ..model.translation.encode import adapter_of, field_codecs
from ..model.translation.restore import restorer_of_type
from ..operations import paging
from ..operations.actions import Get
from ..operations.operation import Request, send
from ..operations.plans.context import TableContext
from ..operations.plans.reads import ReadPlan, plan_get, plan_query, plan_scan
from ..repository import Results
from ..repository.database import OpenLayer
from .questions import Question, Wanted, fix_as_typed, read_question


@dataclass(frozen=True, slots=True)
class Found:
    """One item, in stored names and plain values, declared attributes first.

    problem: why the model cannot read it; empty if it can.
    """

    item: Item
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Planned:
    """A question with the read that answers it, in the context of its entity."""

    context: TableContext
    question: Question
    action: Get | ReadPlan


def ask(tables: OpenTables, table: Table[Any], wanted: Wanted) -> Iterator[Found]:
    """The items that answer, read page by page while they are taken; expired ones are absent.

    Raises InvalidCall, before anything is sent, if the question cannot be answered.
    """
    return _found(tables, _plan(tables.open_layer, table, wanted))


def count(tables: OpenTables, table: Table[Any], wanted: Wanted) -> int:
    """The number of items that answer, at most the limit. Raises the errors of `ask`."""
    planned = _plan(tables.open_layer, table, wanted)
    if isinstance(planned.action, ReadPlan):
        return tables.runner.run(paging.count(planned.context, planned.action), "query")
    return len(list(_stored(tables, planned)))


def explain(open_layer: OpenLayer, table: Table[Any], wanted: Wanted) -> list[Request[Any]]:
    """The first request to each partition that is read; nothing is sent. Raises as `ask` does."""
    planned = _plan(open_layer, table, wanted)
    context, action = planned.context, planned.action
    if not isinstance(action, ReadPlan):
        return [context.engine.compile(action)]
    parts = (replace(action, parts=(part,)) for part in action.parts)
    return [paging.PageStream(context, part).first_request() for part in parts]


def _plan(open_layer: OpenLayer, table: Table[Any], wanted: Wanted) -> _Planned:
    context = stored_context(open_layer, table)
    question = read_question(context, wanted)
    context = replace(context, entity=question.entity)
    try:
        return _Planned(context, question, action_of(context, question))
    except InvalidCall as error:
        error.fix = fix_as_typed(context, error)
        raise


def _found(tables: OpenTables, planned: _Planned) -> Iterator[Found]:
    codec = planned.context.codec
    index = planned.context.table.index(planned.question.index)
    for item in _stored(tables, planned):
        yield Found(in_order(codec, item), problem_of(codec, index, item))


def _stored(tables: OpenTables, planned: _Planned) -> Iterator[Item]:
    context, action = planned.context, planned.action
    if isinstance(action, ReadPlan):
        found: Iterator[Any] = iter(Results(tables.runner, context, action, "query"))
        yield from found
        return
    item = tables.runner.run(send(context.engine.compile(action)), "query")
    if item is not None and _is_wanted(context, item):
        yield item


def _is_wanted(context: TableContext, item: Item) -> bool:
    """Whether an item that was read by its key is of the entity that is wanted."""
    return context.entity is None or holds(context.codec.is_entity(context.entity), item)


def action_of(context: TableContext, question: Question) -> Get | ReadPlan:
    """The action of a question: one item, or a read of many."""
    shown = question.include_expired
    if question.key is not None:
        return plan_get(context, question.key, include_expired=shown)
    if question.partition is None:
        return plan_scan(
            context,
            index=question.index,
            filter=question.filter,
            limit=question.limit,
            include_expired=shown,
        )
    return plan_query(
        context,
        question.partition,
        index=question.index,
        sort=question.sort,
        filter=question.filter,
        order=question.order,
        limit=question.limit,
        include_expired=shown,
    )


def in_order(codec: TableCodec, item: Mapping[str, Any]) -> Item:
    """The item with its attributes as declared, then unknown ones by name; shards are left out."""
    table = codec.table
    shards = codec.derived - {table.discriminator}
    unknown = sorted(item.keys() - set(attribute_names(table)) - shards)
    return {name: item[name] for name in (*attribute_names(table), *unknown) if name in item}


def attribute_names(table: TableDescription) -> list[str]:
    """The stored names of a table's attributes, as declared, its entity first."""
    entity = [table.discriminator] if table.discriminator else []
    return [*entity, *(attribute.attribute for attribute in table.attributes)]


def problem_of(codec: TableCodec, index: IndexDescription | None, item: Item) -> str:
    """Why the model cannot read an item, or what an index holds of it; empty if it can."""
    try:
        if index is None or index.projection is None:
            codec.decode(item)
            return ""
        model = codec.model_of(item)
    except TrueupError as error:
        return error.what
    wrong = [
        field.attribute
        for field in field_codecs(model)
        if field.attribute in item and not _fits(field.annotated, item[field.attribute])
    ]
    return f"its {', '.join(wrong)} cannot be read as {model.__name__}'s" if wrong else ""


def _fits(annotation: Any, value: Any) -> bool:
    restore = restorer_of_type(annotation)
    try:
        adapter_of(annotation).validate_python(restore(value) if restore else value, strict=False)
    except ValidationError:
        return False
    return True
