"""The policy of each function: a statement for each resource that it uses, and no other.

No role is shared: what one function may do says nothing of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..._dataclass import dataclass
from ...model.declarations.functions import Function
from ...model.declarations.layer import Layer
from ...model.description.tables import TableDescription
from ..names import dead_letters_name, function_name
from ..resources.postgres.server import SECRET
from ..values import ARNS, PLACE, Property
from .statements import Statement, document
from .tables import Call, call_statements, calls_of, key_statements, stream_statement

LOGIN = Statement(SECRET, frozenset({"secretsmanager:GetSecretValue"}))
"""What allows to read the one secret with the login of the layer's PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A layer on a stage.

    names: logical to physical names of tables. login: what allows functions to log in to the
        layer's PostgreSQL.
    """

    layer: Layer
    names: Mapping[str, str]
    stage: str = ""
    login: Statement = LOGIN

    def name_of(self, function: Function) -> str:
        """The name of a function in the account. Raises UnsupportedByEngine if it is too long."""
        return function_name(function, self.layer.name, self.stage)


def policy_of(function: Function, deployed: Deployed) -> Mapping[str, Property]:
    """All that a function may do, as the policy of its role."""
    return document(statements_of(function, deployed))


def statements_of(function: Function, deployed: Deployed) -> Iterator[Statement]:
    """The same as statements: of tables by name, then of keys, logs, dead letters, the database."""
    if deployed.layer.target == "dynamodb":
        yield from _of_tables(function, deployed)
    name = deployed.name_of(function)
    yield Statement(
        f"{ARNS}:logs:{PLACE}:log-group:/aws/lambda/{name}:*",
        frozenset({"logs:CreateLogStream", "logs:PutLogEvents"}),
    )
    if function.changes is not None:
        arn = f"{ARNS}:sqs:{PLACE}:{dead_letters_name(name)}"
        yield Statement(arn, frozenset({"sqs:SendMessage"}))
    if function.database:
        yield deployed.login


def declared_calls(function: Function, layer: Layer) -> frozenset[Call]:
    """All that a function's declared accesses ask of DynamoDB."""
    return frozenset(
        call
        for access in function.accesses
        for call in calls_of(access, layer.describe(access.table))
    )


def _of_tables(function: Function, deployed: Deployed) -> Iterator[Statement]:
    layer, names = deployed.layer, deployed.names
    yield from call_statements(
        declared_calls(function, layer), names, leading_keys=function.leading_keys
    )
    used = {access.table.name: layer.describe(access.table) for access in function.accesses}
    streamed: dict[str, TableDescription] = {}
    if function.changes is not None:
        table = function.changes.table
        streamed[table.name] = layer.describe(table)
        yield stream_statement(names[table.name])
    yield from _of_keys(used, streamed)


def _of_keys(
    used: Mapping[str, TableDescription], streamed: Mapping[str, TableDescription]
) -> Iterator[Statement]:
    of_used = list(key_statements(used.values(), is_stream=False))
    yield from of_used
    known = {(one.resource, str(one.condition)) for one in of_used}
    for one in key_statements(streamed.values(), is_stream=True):
        if (one.resource, str(one.condition)) not in known:
            yield one
