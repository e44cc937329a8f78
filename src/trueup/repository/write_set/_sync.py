# Generated from _async.py by tools/generate_sync.py. Edit that file instead.
"""Transaction: a write set, sent when its block ends without an exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions import Change, Condition
from ...model.declarations.base import Model
from ...model.declarations.table import Table
from ...operations.actions import Check, Returning, Write, WriteResult
from ...operations.engine import Engine
from ...operations.operation import send
from ...operations.plans import writes
from ...operations.plans.context import TableContext
from ...operations.plans.transactions import plan_transaction
from ...operations.plans.writes import VersionGiven
from ...operations.runner import Runner
from ..blocks import outside_of_block

M = TypeVar("M", bound=Model)


class Transaction:
    """Puts, updates, deletes and checks that happen together or not at all.

    Methods collect actions; nothing is sent before the block ends, and nothing at all if it ends
    with an exception. `results` then has a WriteResult for each action, in order, and
    `capacity_units` what they consumed together (None on engines that charge nothing).

    Raises at the end of the block: TransactionCancelled, whose `reasons` say which action was
    refused and why; InvalidCall for more actions than the target takes, or two on one item.
    """

    def __init__(
        self, runner: Runner, engine: Engine, context: Callable[[Table[Any]], TableContext]
    ) -> None:
        self._runner = runner
        self._engine = engine
        self._context = context
        self._actions: list[Write | Check] = []
        self._is_open = False
        self.results: list[WriteResult[Any]] = []
        self.capacity_units: float | None = None

    def __enter__(self) -> Transaction:
        self._is_open = True
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._is_open = False
        if kind is None and self._actions:
            self._send()

    def _send(self) -> None:
        action = plan_transaction(self._engine.rules, self._actions)
        request = self._engine.compile(action)
        written = self._runner.run(send(request), "transaction")
        self.results = list(written.results)
        self.capacity_units = written.capacity_units

    def _add(self, action: Write | Check) -> None:
        if not self._is_open:
            raise outside_of_block("a transaction", self._engine.rules.engine)
        self._actions.append(action)

    def create(
        self,
        table: Table[M],
        item: M,
        *,
        only_if: Condition | bool | None = None,
        returning: Returning = None,
    ) -> None:
        """Store a new item; the transaction is cancelled where one with its key is stored."""
        context = self._context(table)
        action = writes.plan_put(context, item, only_if=only_if, returning=returning, create=True)
        self._add(action)

    def put(
        self,
        table: Table[M],
        item: M,
        *,
        only_if: Condition | bool | None = None,
        returning: Returning = None,
    ) -> None:
        """Store an item, in place of one with its key."""
        context = self._context(table)
        action = writes.plan_put(context, item, only_if=only_if, returning=returning)
        self._add(action)

    def update(
        self,
        table: Table[Any],
        key: Any,
        *changes: Change,
        only_if: Condition | bool | None = None,
        version: VersionGiven = None,
        returning: Returning = None,
    ) -> None:
        """Change parts of a stored item."""
        context = self._context(table)
        action = writes.plan_update(
            context, key, changes, only_if=only_if, version=version, returning=returning
        )
        self._add(action)

    def delete(
        self,
        table: Table[Any],
        *key: Any,
        only_if: Condition | bool | None = None,
        version: VersionGiven = None,
        returning: Returning = None,
    ) -> None:
        """Remove an item."""
        context = self._context(table)
        action = writes.plan_delete(
            context,
            key[0] if len(key) == 1 else key,
            only_if=only_if,
            version=version,
            returning=returning,
        )
        self._add(action)

    def check(self, table: Table[Any], key: Any, condition: Condition | bool) -> None:
        """Write nothing, but cancel the transaction unless the condition holds for the item."""
        context = self._context(table)
        self._add(writes.plan_check(context, key, condition))

    def get(self, *_: Any, **__: Any) -> NoReturn:
        """Refused: a write set does not read. Raises InvalidCall (read-in-transaction)."""
        raise InvalidCall(
            "a transaction is a write set and cannot read",
            code=ErrorCode.READ_IN_TRANSACTION,
            where=Place(self._engine.rules.engine),
            fix="read before the block and guard the write with only_if= or a version, or use "
            "transact_get() for a consistent read of several items",
        )

    query = scan = get_many = exists = get
