"""Calls of boto3 and its asynchronous kin: which tables they use, and how."""

from __future__ import annotations

import ast

from ....schema.facts import Unknown
from ..uses import Declared, Expression, Site, Use
from .builtin import as_defaults
from .declarations import OPERATIONS
from .findings import Findings, Variable
from .frames import Frame
from .pynamodb import model_calls
from .requests import (
    expressions_of,
    index_of,
    indexes_of,
    keys_of,
    of_batch,
    of_transaction,
    statements_in,
    why,
    written_by,
)
from .texts import statements, unsafe_statement
from .values import (
    Arguments,
    ClassValue,
    Constant,
    External,
    Hole,
    PynamoIndex,
    Record,
    Repository,
    Sdk,
    TableValue,
    Text,
    Value,
    Values,
    names_in,
)

ITEM = frozenset(
    {"get_item", "put_item", "update_item", "delete_item", "query", "scan", "search_vectors"}
)
OF_TABLES = frozenset(
    {
        "create_table",
        "delete_table",
        "describe_table",
        "update_table",
        "update_time_to_live",
        "describe_time_to_live",
        "update_continuous_backups",
        "describe_continuous_backups",
        "create_backup",
        "update_contributor_insights",
        "describe_contributor_insights",
        "enable_kinesis_streaming_destination",
        "tag_resource",
        "untag_resource",
        "list_tags_of_resource",
        "put_resource_policy",
        "get_resource_policy",
    }
)
BATCHES = frozenset({"batch_get_item", "batch_write_item"})
TRANSACTIONS = frozenset({"transact_get_items", "transact_write_items"})
PARTIQL = frozenset({"execute_statement", "batch_execute_statement", "execute_transaction"})
ALL = ITEM | OF_TABLES | BATCHES | TRANSACTIONS | PARTIQL
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html"""
_TELLING = frozenset(
    {
        "put_item",
        "update_item",
        "delete_item",
        "batch_get_item",
        "batch_write_item",
        "transact_write_items",
        "transact_get_items",
        "search_vectors",
        "update_time_to_live",
        "describe_time_to_live",
    }
)
"""Methods that nothing but DynamoDB has."""
_ARGUMENTS = frozenset(
    {
        "TableName",
        "KeyConditionExpression",
        "KeyConditions",
        "FilterExpression",
        "ProjectionExpression",
        "ExclusiveStartKey",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "Key",
        "Item",
        "RequestItems",
        "TransactItems",
    }
)
"""Arguments that nothing but DynamoDB has."""
_OF_TABLE_VALUE = {"delete": "delete_table", "update": "update_table"}
_MAKES_HANDLE = frozenset({"client", "create_client", "resource"})
_SESSIONS = ("Session", "get_session", "AioSession")


class Calls:
    """Writes uses into findings."""

    def __init__(self, found: Findings) -> None:
        self.found = found

    def external(
        self, path: str, arguments: Arguments, frame: Frame, node: ast.AST
    ) -> Values | None:
        """A call of a name of another package."""
        name = path.rpartition(".")[2]
        if name in _MAKES_HANDLE:
            return _handle(name, arguments)
        if name in _SESSIONS:
            return (Sdk("session"),)
        owner = External(path.rpartition(".")[0])
        return self.method(owner, name, arguments, frame, node) if owner.path else None

    def method(
        self, owner: Value, name: str, arguments: Arguments, frame: Frame, node: ast.AST
    ) -> Values:
        """A call of a method of boto3, or of what is taken for it by its arguments."""
        if name in _MAKES_HANDLE and (made := _handle(name, arguments)):
            return made
        match owner:
            case Sdk("client" | "resource") if name == "get_paginator":
                return _paginators(arguments)
            case Sdk("paginator", operation) if name == "paginate":
                return self._use(operation, None, arguments, frame, node)
            case Sdk("resource") if name == "Table":
                return (TableValue(names_in(arguments.at(0, "name"), frame.site(node))),)
            case Hole("parameter" | "unresolved") if name == "Table" and _is_single(arguments):
                return (TableValue(names_in(arguments.at(0, "name"), frame.site(node))),)
            case TableValue() if name == "batch_writer":
                self._use("batch_write_item", owner.names, arguments, frame, node, "batch_writer")
                return (Sdk("batch", tables=owner.names),)
            case TableValue() if name in ITEM | OF_TABLES:
                return self._use(name, owner.names, arguments, frame, node)
            case TableValue() if name in _OF_TABLE_VALUE:
                return self._use(_OF_TABLE_VALUE[name], owner.names, arguments, frame, node)
            case Sdk("batch") if name in ("put_item", "delete_item"):
                return self._use(name, owner.tables, arguments, frame, node, "batch_writer")
            case Sdk("client" | "resource") if name in ALL:
                return self._use(name, None, arguments, frame, node)
            case Hole() | External() | Constant():
                return self._guessed(name, arguments, frame, node)
            case _:
                return ()

    def _guessed(self, name: str, arguments: Arguments, frame: Frame, node: ast.AST) -> Values:
        """A call of something that is not known, if only DynamoDB has such a call."""
        if name == "batch_writer" and not arguments.positional:
            tables = names_in((), frame.site(node))
            self._use("batch_write_item", tables, arguments, frame, node, "batch_writer")
            return (Sdk("batch", tables=tables),)
        if name == "get" and len(arguments.positional) > 1:  # a setting with its default
            return as_defaults(arguments.positional[1])
        tells = _ARGUMENTS & set(arguments.named)
        spread = not arguments.is_whole and frame.module.is_about_dynamodb
        if name in _TELLING or (name in ALL and (tells or (spread and not arguments.positional))):
            return self._use(name, None, arguments, frame, node)
        return ()

    def _use(
        self,
        operation: str,
        tables: tuple[Text | Hole, ...] | None,
        arguments: Arguments,
        frame: Frame,
        node: ast.AST,
        via: str = "",
    ) -> Values:
        site = frame.site(node)
        if operation in PARTIQL:
            return self._statement(operation, arguments, frame, site)
        if operation in TRANSACTIONS or (operation in BATCHES and not via):
            self._carried(operation, arguments, frame, site)
            return (Record(is_whole=False),)
        names = tables or names_in(arguments.named.get("TableName", ()), site)
        self._add(operation, names, arguments, frame, site, via)
        if operation == "create_table":
            self._created(names, arguments, site)
            return (TableValue(names),)
        return (Record(is_whole=False),)

    def pynamo(
        self,
        owner: ClassValue | PynamoIndex,
        name: str,
        arguments: Arguments,
        frame: Frame,
        node: ast.AST,
    ) -> Values:
        """A call of a model or an index of PynamoDB."""
        site = frame.site(node)
        for call in model_calls(owner, name, arguments, site):
            self._add(call.operation, call.tables, call.arguments, frame, site, call.via)
        return (owner.model if isinstance(owner, PynamoIndex) else owner,)

    def repository(self, owner: Repository, name: str, frame: Frame, node: ast.AST) -> Values:
        """A call of a repository of Trueup."""
        operation = OPERATIONS.get(name)
        if operation is not None:
            given = Arguments([], {}, is_whole=False)
            self._add(operation, (Text(owner.table),), given, frame, frame.site(node), "trueup")
        return ()

    def _carried(self, operation: str, arguments: Arguments, frame: Frame, site: Site) -> None:
        """The tables of a batch or a transaction."""
        parts = list(
            of_transaction(arguments.named.get("TransactItems", ()))
            if operation in TRANSACTIONS
            else of_batch(operation, arguments.named.get("RequestItems", ()))
        )
        for member, names, inner in parts:
            self._add(member, names or names_in((), site), inner, frame, site, operation)
        if not parts:
            self._add(operation, names_in((), site), arguments, frame, site, "")

    def _statement(self, operation: str, arguments: Arguments, frame: Frame, site: Site) -> Values:
        texts = list(statements_in(arguments))
        found = False
        for verb, table, index, whole in statements(tuple(texts)):
            unsafe = Expression(holes=unsafe_statement(whole))
            self._record(verb, table, site, frame, via=operation, index=index, statement=unsafe)
            found = True
        if not found:
            hole = names_in((), site)[0]
            holes = [text for text in texts if isinstance(text, Text)]
            unsafe = Expression(
                holes=tuple(one for text in holes for one in unsafe_statement(text))
            )
            self._record(operation, hole, site, frame, via="", index=None, statement=unsafe)
        return (Record(is_whole=False),)

    def _record(
        self,
        operation: str,
        table: Text | Hole,
        site: Site,
        frame: Frame,
        *,
        via: str,
        index: str | None,
        statement: Expression,
    ) -> None:
        self.found.uses[
            Use(
                self._table(table),
                operation,
                site,
                via,
                index=index,
                expressions=(("Statement", statement),),
                functions=frame.functions,
                callers=frame.callers,
                loops=frame.loops,
                guards=frame.guards,
            )
        ] = None

    def _add(
        self,
        operation: str,
        names: tuple[Text | Hole, ...],
        arguments: Arguments,
        frame: Frame,
        site: Site,
        via: str,
    ) -> None:
        for name in names:
            self.found.uses[
                Use(
                    self._table(name),
                    operation,
                    site,
                    via,
                    index_of(arguments),
                    tuple(expressions_of(arguments)),
                    written_by(arguments),
                    frozenset(arguments.named),
                    arguments.is_whole,
                    frame.functions,
                    frame.callers,
                    frame.loops,
                    frame.guards,
                )
            ] = None

    def _table(self, name: Text | Hole) -> str | Unknown:
        if isinstance(name, Text) and not name.holes:
            return _without_arn(name.value)
        holes = name.holes if isinstance(name, Text) else (name,)
        for hole in holes:
            if hole.origin == "environment":
                self.found.variables[Variable(hole.name, hole.site)] = None
        if isinstance(name, Text) and name.value.strip("\0"):
            return name.value
        return Unknown(why(holes[0]))

    def _created(self, names: tuple[Text | Hole, ...], arguments: Arguments, site: Site) -> None:
        for name in names:
            if isinstance(name, Text):
                keys = keys_of(arguments.named.get("KeySchema", ()))
                indexes = tuple(indexes_of(arguments))
                stream = "StreamSpecification" in arguments.named
                self.found.declare(Declared(name.value, site, "code", keys, indexes, stream))


def _without_arn(name: str) -> str:
    return name.split(":table/")[1].split("/", maxsplit=1)[0] if ":table/" in name else name


def _handle(method: str, arguments: Arguments) -> Values:
    services = arguments.at(0, "service_name")
    if any(isinstance(one, Text) and one.value == "dynamodb" for one in services):
        return (Sdk("resource" if method == "resource" else "client"),)
    return ()


def _is_single(arguments: Arguments) -> bool:
    return len(arguments.positional) + len(arguments.named) == 1


def _paginators(arguments: Arguments) -> Values:
    return tuple(
        Sdk("paginator", one.value)
        for one in arguments.at(0, "operation_name")
        if isinstance(one, Text) and one.value in ALL
    )
