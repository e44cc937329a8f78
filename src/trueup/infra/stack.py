"""The stack of a layer on a stage: tables, functions, alarms, and what others read of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..engines.dynamodb.ddl.declared import declared
from ..errors import Place, UnsupportedByEngine
from ..model.declarations.dynamodb import Removal
from ..model.declarations.layer import Layer
from ..schema.tables import TableSchema
from .alarms.tables import alarms_of
from .names import resource_id
from .permissions.functions import Deployed
from .resources.alarms import TOPIC, alarm_resource, composite_resource
from .resources.functions import CODE, function_resources
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
    removals = {table.name: layer.describe(table).dynamodb.removal for table in layer.tables}
    tables = list(_tables(schemas, removals, tags, is_protected=is_protected))
    alarms = [
        one
        for table, (logical, schema) in zip(tables, schemas.items(), strict=True)
        for one in _alarms(table, logical, schema)
    ]
    deployed = Deployed(layer, names, stage)
    functions = [
        one for function in layer.functions for one in function_resources(function, deployed, tags)
    ]
    return Stack(
        name="-".join(filter(None, (layer.name, stage))),
        description=f"Tables of the layer {layer.name}" + (f", stage {stage}" if stage else ""),
        resources=(*tables, *functions, *alarms),
        outputs=tuple(one for table in tables for one in _outputs(table, layer.name, stage)),
        parameters=(TOPIC, *(CODE if layer.functions else ())),
    )


def _tables(
    schemas: Mapping[str, TableSchema],
    removals: Mapping[str, Removal | None],
    tags: Mapping[str, str],
    *,
    is_protected: bool,
) -> Iterator[Resource]:
    before = ""
    for logical, schema in schemas.items():
        made = table_resource(
            schema,
            resource_id(logical, "Table"),
            is_protected=is_protected,
            removal=removals[logical],
            after=before if schema.indexes else "",
            tags=tags,
        )
        before = made.id if schema.indexes else before
        yield made


def _alarms(table: Resource, logical: str, schema: TableSchema) -> Iterator[Resource]:
    alarms = list(alarms_of(schema))
    made = [
        alarm_resource(table, schema.name, one, resource_id(logical, one.suffix, "Alarm"))
        for one in alarms
    ]
    yield from made
    serious = [
        one for one, alarm in zip(made, alarms, strict=True) if alarm.severity != "information"
    ]
    yield composite_resource(schema.name, serious, resource_id(logical, "HealthAlarm"))


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
