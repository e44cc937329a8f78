"""The stack of a layer on a stage: tables, functions, alarms, and what others read of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..engines.dynamodb.ddl.declared import declared
from ..errors import Place, UnsupportedByEngine
from ..model.declarations.dynamodb import DynamoDB
from ..model.declarations.infrastructure.alarms import DEFAULT_ALARMS, Alarms
from ..model.declarations.layer import Layer
from ..schema.tables import TableSchema
from .alarms.watched import watched
from .names import resource_id
from .permissions.functions import Deployed
from .resources.alarms import TOPIC, alarm_resources
from .resources.functions import CODE, function_resources
from .resources.scaling import scaling_resources
from .resources.tables import table_resource
from .values import Attribute, Output, Resource, Stack


def stack_of(
    layer: Layer, names: Mapping[str, str], *, stage: str = "", is_protected: bool = False
) -> Stack:
    """The stack of a layer that targets DynamoDB.

    names: logical to physical names of tables. is_protected: whether the stage keeps its tables.

    Raises UnsupportedByEngine for a layer with another target.
    """
    if layer.target != "dynamodb":
        raise UnsupportedByEngine(
            f"the layer {layer.name!r} targets {layer.target}, which AWS deploys no tables for",
            where=Place(note=layer.declared_at),
            fix="generate the infrastructure of a layer with target='dynamodb'",
        )
    schemas = {
        table.name: declared(layer.describe(table), names[table.name]) for table in layer.tables
    }
    tags = {"layer": layer.name, **({"stage": stage} if stage else {})}
    settings = {table.name: layer.describe(table).dynamodb for table in layer.tables}
    tables = list(_tables(schemas, settings, tags, is_protected=is_protected))
    scaling = [
        one
        for table, (logical, schema) in zip(tables, schemas.items(), strict=True)
        for one in scaling_resources(table, schema, settings[logical], logical)
    ]
    deployed = Deployed(layer, names, stage)
    functions = [
        one for function in layer.functions for one in function_resources(function, deployed, tags)
    ]
    return with_alarms(
        Stack(
            name="-".join(filter(None, (layer.name, stage))),
            description=f"Tables of the layer {layer.name}" + (f", stage {stage}" if stage else ""),
            resources=(*tables, *scaling, *functions),
            outputs=tuple(one for table in tables for one in _outputs(table, layer.name, stage)),
            parameters=CODE if layer.functions else (),
        ),
        layer.infrastructure.alarms if layer.infrastructure else DEFAULT_ALARMS,
    )


def with_alarms(stack: Stack, given: Alarms) -> Stack:
    """The stack with an alarm for each way in which one of its resources can be unwell."""
    alarms = alarm_resources(watched(stack.resources, stack.name, given), given)
    return replace(
        stack,
        resources=(*stack.resources, *alarms),
        parameters=(TOPIC, *stack.parameters),
    )


def _tables(
    schemas: Mapping[str, TableSchema],
    settings: Mapping[str, DynamoDB],
    tags: Mapping[str, str],
    *,
    is_protected: bool,
) -> Iterator[Resource]:
    before = ""
    for logical, schema in schemas.items():
        made = table_resource(
            schema,
            resource_id(logical, "Table"),
            settings[logical],
            is_protected=is_protected,
            after=before if schema.indexes else "",
            tags=tags,
        )
        before = made.id if schema.indexes else before
        yield made


def _outputs(table: Resource, layer: str, stage: str) -> Sequence[Output]:
    """The name and the ARN of a table, and of its stream, if it has one."""
    parts = [("Name", ""), ("Arn", "Arn")]
    if "StreamSpecification" in table.properties:
        parts.append(("StreamArn", "StreamArn"))
    exported = "-".join(filter(None, (layer, stage, table.id)))
    return [
        Output(
            f"{table.id}{suffix}",
            Attribute(table.id, attribute),
            f"The {suffix} of the table {table.properties['TableName']}",
            f"{exported}-{suffix}",
        )
        for suffix, attribute in parts
    ]
