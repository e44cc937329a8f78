"""The stack of a layer on a stage: what it is made of, and what others read of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from .._kinds import checks_kinds
from ..engines.dynamodb.ddl.declared import declared
from ..errors import InvalidCall, Place, UnsupportedByEngine
from ..model.declarations.dynamodb import DynamoDB
from ..model.declarations.infrastructure.alarms import DEFAULT_ALARMS, Alarms
from ..model.declarations.layer import Layer
from ..schema.tables import TableSchema
from .alarms.watched import watched
from .hosting import (
    hosting_outputs,
    hosting_parameters,
    hosting_resources,
    reach_of_database,
)
from .names import resource_id
from .overrides import overridden
from .permissions.functions import Deployed
from .resources.alarms import TOPIC, alarm_resources
from .resources.dashboard import dashboard_resource
from .resources.functions import CODE, function_resources
from .resources.outputs import table_outputs
from .resources.scaling import scaling_resources
from .resources.tables import table_resource
from .values import Resource, Stack

_WATCHING = "AWS::CloudWatch::"


@checks_kinds(fix="give a layer, and the name in the account of each of its tables")
def stack_of(
    layer: Layer,
    names: Mapping[str, str],
    *,
    stage: str = "",
    is_protected: bool = False,
    name: str = "",
    exports: str = "",
    alarms: bool = True,
) -> Stack:
    """The stack of a layer that targets DynamoDB, or PostgreSQL in RDS.

    names: logical to physical names of tables. is_protected: whether the stage keeps its tables.
    name: of the stack; `<layer>-<stage>` if it is not given. exports: what each output is exported
        as, with its name for `{output}`; `<name of the stack>-{output}` if it is not given.
    alarms: whether it has alarms, and their dashboard.

    Raises InvalidCall if the name of a table is not given. UnsupportedByEngine for a layer that AWS
    has no place for, and for names that are the same in a template, which has letters and digits
    only.
    """
    _check_names(layer, names)
    is_dynamodb = layer.target == "dynamodb"
    given = layer.infrastructure
    if not is_dynamodb and not (given and given.database):
        raise _refused(layer)
    tags = {"layer": layer.name, **({"stage": stage} if stage else {})}
    tables, scaling = _stored(layer, names, tags, is_protected=is_protected)
    hosting = hosting_resources(layer, stage, tags, is_protected=is_protected)
    name = name or "-".join(filter(None, (layer.name, stage)))
    exports = exports or f"{name}-{{output}}"
    stack = Stack(
        name=name,
        description=_description(layer, stage),
        resources=(*tables, *scaling, *_functions(layer, names, stage, tags), *hosting),
        outputs=(
            *(table_outputs(layer, tables, exports) if is_dynamodb else ()),
            *hosting_outputs(layer, exports),
        ),
        parameters=(*(CODE if layer.functions else ()), *hosting_parameters(layer)),
    )
    stack = with_alarms(stack, given.alarms if given else DEFAULT_ALARMS)
    _refuse_shared_ids(layer, stack)
    stack = overridden(stack, given.overrides, given.declared_at) if given else stack
    return stack if alarms else _without_alarms(stack)


def _stored(
    layer: Layer, names: Mapping[str, str], tags: Mapping[str, str], *, is_protected: bool
) -> tuple[list[Resource], list[Resource]]:
    """The tables on DynamoDB, and what scales them; none of a layer with another target."""
    declared_tables = layer.tables if layer.target == "dynamodb" else ()
    schemas = {
        table.name: declared(layer.describe(table), names[table.name]) for table in declared_tables
    }
    settings = {table.name: layer.describe(table).dynamodb for table in declared_tables}
    tables = list(_tables(schemas, settings, tags, is_protected=is_protected))
    scaling = [
        one
        for table, (logical, schema) in zip(tables, schemas.items(), strict=True)
        for one in scaling_resources(table, schema, settings[logical], logical)
    ]
    return tables, scaling


def _functions(
    layer: Layer, names: Mapping[str, str], stage: str, tags: Mapping[str, str]
) -> Iterator[Resource]:
    deployed = Deployed(layer, names, stage)
    reach = reach_of_database(layer)
    for function in layer.functions:
        yield from function_resources(function, deployed, tags, reach)


def _description(layer: Layer, stage: str) -> str:
    what = "Tables" if layer.target == "dynamodb" else "The database"
    said = f"{what} of the layer {layer.name}" + (f", stage {stage}" if stage else "")
    return (layer.infrastructure.description if layer.infrastructure else "") or said


def _refuse_shared_ids(layer: Layer, stack: Stack) -> None:
    """Refuse a stack in whose template one part would take the place of another."""
    ids = Counter([*(one.id for one in stack.resources), *(one.name for one in stack.parameters)])
    shared = [id for id, count in ids.items() if count > 1]
    if shared:
        raise UnsupportedByEngine(
            f"in the template of the layer {layer.name!r} several parts are called "
            f"{', '.join(shared)}: names there have letters and digits only",
            where=Place(note=layer.declared_at),
            fix="give one of the tables, indexes or functions another name",
        )


def _check_names(layer: Layer, names: Mapping[str, str]) -> None:
    missing = [one.name for one in layer.tables if one.name not in names]
    if missing:
        raise InvalidCall(
            f"stack_of(): names has no name for the tables {', '.join(missing)}",
            where=Place(note=layer.declared_at),
            fix='give the name of each in the account: {"Orders": "prod-orders"}',
        )


def _refused(layer: Layer) -> UnsupportedByEngine:
    what, fix = "which is no service of AWS", "generate that of a layer with another target"
    if layer.target == "postgres":
        what = "and declares no database in AWS"
        fix = "declare it: Layer(..., infrastructure=Infrastructure(database=RdsPostgres()))"
    return UnsupportedByEngine(
        f"the layer {layer.name!r} targets {layer.target}, {what}",
        where=Place(note=layer.declared_at),
        fix=fix,
    )


def with_alarms(stack: Stack, given: Alarms) -> Stack:
    """The stack with an alarm for each way in which one of its resources can be unwell, and a
    dashboard of what they watch."""
    parts = watched(stack.resources, stack.name, given)
    alarms = list(alarm_resources(parts, given))
    dashboard = [dashboard_resource(stack.name, parts, alarms)] if given.dashboard else []
    return replace(
        stack,
        resources=(*stack.resources, *alarms, *dashboard),
        parameters=(TOPIC, *stack.parameters),
    )


def _without_alarms(stack: Stack) -> Stack:
    """The same without all that watches; what overrides= say of alarms is of other stages."""
    return replace(
        stack,
        resources=tuple(one for one in stack.resources if not one.type.startswith(_WATCHING)),
        parameters=tuple(one for one in stack.parameters if one != TOPIC),
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
