"""AsyncTransaction: a transaction, sent when its block ends without an exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar, Unpack

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions import Change, Condition
from ...model.declarations.base import Model
from ...model.declarations.table import Table
from ...operations.actions import Check, Expect, Write, WriteResult
from ...operations.engine import Engine
from ...operations.operation import Request, send
from ...operations.plans import writes
from ...operations.plans.context import TableContext
from ...operations.plans.set_changes import refuse_removals
from ...operations.plans.transactions import plan_transaction
from ...operations.runner import AsyncRunner
from ..blocks import counted, outside_of_block
from ..options import VersionedOptions, WriteOptions

M = TypeVar("M", bound=Model)


class AsyncTransaction:
    """Puts, updates, deletes and checks that happen together or not at all.

    Methods collect actions; they are sent when the block ends, or dropped if it ends with an
    exception. After the block, `results` has a WriteResult for each action, in order, and
    `capacity_units` the units consumed in total (None on engines that charge nothing).

    Raises at the end of the block: TransactionCancelled, whose `reasons` say which action was
    refused and why; InvalidCall for more actions than the target takes, or two on one item.
    """

    def __init__(
        self, runner: AsyncRunner, engine: Engine, context: Callable[[Table[Any]], TableContext]
    ) -> None:
        self._runner = runner
        self._engine = engine
        self._context = context
        self._actions: list[Write | Check] = []
        self._is_open = False
        self.results: list[WriteResult[Any]] = []
        self.capacity_units: float | None = None

    def __repr__(self) -> str:
        actions = counted(self._actions, "action", "on")
        return f"AsyncTransaction({self._engine.rules.engine}, {actions})"

    @property
    def request(self) -> Request[Any]:
        """The exact request that the end of the block would send now, as a value."""
        return self._engine.compile(plan_transaction(self._engine.rules, self._actions))

    async def __aenter__(self) -> AsyncTransaction:
        self._is_open = True
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._is_open = False
        if kind is None and self._actions:
            await self._send()

    async def _send(self) -> None:
        written = await self._runner.run(send(self.request), "transaction")
        self.results = list(written.results)
        self.capacity_units = written.capacity_units

    def _add(self, action: Write | Check) -> None:
        if not self._is_open:
            raise outside_of_block("a transaction", self._engine.rules.engine)
        self._actions.append(action)

    def create(self, table: Table[M], item: M, **options: Unpack[WriteOptions]) -> None:
        """Store a new item; the transaction is cancelled if an item with its key is stored."""
        self._add(writes.plan_put(self._context(table), item, Expect.NOTHING, **options))

    def put(self, table: Table[M], item: M, **options: Unpack[WriteOptions]) -> None:
        """Store an item, replacing any item with its key."""
        self._add(writes.plan_put(self._context(table), item, **options))

    def update(
        self, table: Table[Any], key: Any, *changes: Change, **options: Unpack[VersionedOptions]
    ) -> None:
        """Change parts of a stored item."""
        context = self._context(table)
        action = writes.plan_update(context, key, changes, **options)
        refuse_removals(context, changes)
        self._add(action)

    def delete(self, table: Table[Any], *key: Any, **options: Unpack[VersionedOptions]) -> None:
        """Remove an item."""
        self._add(writes.plan_delete(self._context(table), key, **options))

    def check(self, table: Table[Any], key: Any, condition: Condition | bool) -> None:
        """Write nothing, but cancel the transaction unless the condition holds for the item."""
        self._add(writes.plan_check(self._context(table), key, condition))

    def get(self, *_: Any, **__: Any) -> NoReturn:
        """Refused: a write set does not read. Raises InvalidCall (read-in-transaction)."""
        raise InvalidCall(
            "a transaction is a write set and cannot read",
            code=ErrorCode.READ_IN_TRANSACTION,
            where=Place(self._engine.rules.engine),
            fix="read before the block and guard the write with only_if= or a version, or use "
            "transact_get() for a consistent read of several items",
        )

    query = scan = get_many = nearest = exists = get
