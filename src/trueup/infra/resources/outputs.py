"""Outputs of a stack: the name and the ARN of each table, and of its stream, if it has one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model.declarations.infrastructure.outputs import TableOutputs
from ...model.declarations.layer import Layer
from ..values import Attribute, Output, Resource


def table_outputs(layer: Layer, made: Sequence[Resource], exports: str) -> tuple[Output, ...]:
    """The outputs of the tables of a layer.

    made: the resources of the tables, in their order. exports: what each is exported as, with
        `{output}` for its name: exports of one account and region have different names.
    """
    infrastructure = layer.infrastructure
    declared = {one.table: one for one in infrastructure.outputs} if infrastructure else {}
    pairs = zip(layer.tables, made, strict=True)
    return tuple(
        Output(name, value, description, exports.replace("{output}", name))
        for table, resource in pairs
        for name, value, description in _outputs(resource, declared.get(table))
    )


def _outputs(
    table: Resource, declared: TableOutputs | None
) -> Iterator[tuple[str, Attribute, str]]:
    """Name, value and description of each. A table without a stream has no output for one:
    importers would read a text that is no ARN."""
    given = declared.id if declared and declared.id else table.id
    says = (declared.of_name, declared.of_arn, declared.of_stream) if declared else ("", "", "")
    parts = [("Name", ""), ("Arn", "Arn"), ("StreamArn", "StreamArn")]
    if "StreamSpecification" not in table.properties:
        parts.pop()
    for (suffix, attribute), said in zip(parts, says, strict=False):
        usual = f"The {suffix} of the table {table.properties['TableName']}"
        yield f"{given}{suffix}", Attribute(table.id, attribute), said or usual
