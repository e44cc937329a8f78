# Generated from _async.py by tools/generate_sync.py. Edit that file instead.
"""Transaction: a write set, sent when its block ends without an exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from ...errors import Code, RequestError
from ...expressions import Condition, Update
from ...model.declarations.base import Model
from ...model.declarations.table import Table
from ...operations.plans import writes
from ...operations.plans.context import Access
from ...operations.engine import Engine
from ...operations.operation import send
from ...operations.actions import (Check, Returning, Write)
from ...operations.run import Runner
from ...operations.plans.transactions import plan_transaction
from ...operations.plans.writes import VersionGiven
from ..blocks import outside_of_block
from ..results import WriteResult, write_result

M = TypeVar("M", bound=Model)


class Transaction:
    """Puts, updates, deletes and checks that happen together or not at all.

    Methods collect actions; nothing is sent before the block ends, and nothing at all if it ends
    with an exception. `results` then has a WriteResult for each action, in order, and
    `capacity_units` what they consumed together (None on engines that charge nothing).

    Raises at the end of the block: TransactionCancelled, whose `reasons` say which action was
    refused and why; RequestError for more actions than the target takes, or two on one item.
    """

    def __init__(
        self, runner: Runner, engine: Engine, access: Callable[[Table[Any]], Access]
    ) -> None:
        self._runner = runner
        self._engine = engine
        self._access = access
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
        written = self._runner.run(send(self._engine.compile(action)))
        self.results = [write_result(one) for one in written.results]
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
        access = self._access(table)
        action = writes.plan_put(access, item, only_if=only_if, returning=returning, create=True)
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
        access = self._access(table)
        action = writes.plan_put(access, item, only_if=only_if, returning=returning)
        self._add(action)

    def update(
        self,
        table: Table[Any],
        key: Any,
        *changes: Update,
        only_if: Condition | bool | None = None,
        version: VersionGiven = None,
        returning: Returning = None,
    ) -> None:
        """Change parts of a stored item."""
        access = self._access(table)
        action = writes.plan_update(
            access, key, changes, only_if=only_if, version=version, returning=returning
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
        access = self._access(table)
        action = writes.plan_delete(
            access,
            key[0] if len(key) == 1 else key,
            only_if=only_if,
            version=version,
            returning=returning,
        )
        self._add(action)

    def check(self, table: Table[Any], key: Any, condition: Condition | bool) -> None:
        """Write nothing, but cancel the transaction unless the condition holds for the item."""
        access = self._access(table)
        self._add(writes.plan_check(access, key, condition))

    def get(self, *_: Any, **__: Any) -> NoReturn:
        """Refused: a write set does not read. Raises RequestError (read-in-transaction)."""
        raise RequestError(
            "a transaction is a write set and cannot read",
            code=Code.READ_IN_TRANSACTION,
            where=self._engine.rules.engine,
            fix="read before the block and guard the write with only_if= or a version, or use "
            "get_transaction() for a consistent read of several items",
        )

    query = scan = get_many = exists = get
