"""Edits: items that are read, changed by the program, and written as far as they differ."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import Any, Generic, TypeVar

from ...errors import ConditionFailed, NotFound, VersionConflict
from ...model.declarations.base import Model
from ...operations.actions import Update, WriteResult
from ...operations.operation import send
from ...operations.plans import edits
from ...operations.plans.context import TableContext
from ...operations.runner import AsyncRunner
from ...resilience import RetryPolicy
from ..attempts import Attempts
from .functions import TEN_ATTEMPTS, AsyncModifier

M = TypeVar("M", bound=Model)


class AsyncEdits(Generic[M]):
    """The calls of a repository that write what differs."""

    _runner: AsyncRunner
    _context: TableContext

    async def modify(
        self, key: Any, function: AsyncModifier[M], *, retries: RetryPolicy = TEN_ATTEMPTS
    ) -> M:
        """Read an item, let a function change it, and write what differs; anew from the start if
        others changed the item meanwhile. Returns the item as it is stored then.

        key: its value, a tuple, or a mapping.
        function: takes the model and returns the changed one, or None if it changed the model
            itself. It may run several times. If it raises, nothing is written.
        retries: how often it begins anew, and the pauses in between; nine times by default.

        Raises NotFound if no item is stored; VersionConflict or ConditionFailed if others were
        faster each time.
        """
        is_async, where = iscoroutinefunction(self.modify), self._context.where
        again = Attempts("modify", "Modify", where, function, retries, is_async=is_async)
        get = edits.plan_read(self._context, key)
        while True:
            read = await self._runner.run(edits.read_item(self._context, get), "modify")
            changed = await again.settled(function(read.model))
            update = edits.plan_modified(self._context, read, changed)
            if update is None:
                found: M = read.model
                return found
            try:
                return await self._written(update, "modify")
            except (ConditionFailed, NotFound, VersionConflict) as error:
                pause = again.after(error)
            await self._runner.run(pause, "modify")

    async def save(self, item: M, *, read: M) -> M:
        """Write what differs between an item and what was read, and nothing else. Returns the item
        as it is stored then.

        read: the model as it was read: `changed = read.model_copy(update={...})`; before a model is
            changed itself, `read = item.model_copy(deep=True)`.

        Raises VersionConflict if the item has another version than the one that was read; in a
        table without versions, ConditionFailed if what is written was changed by others meanwhile;
        NotFound if it is gone.
        """
        update = edits.plan_save(self._context, item, read)
        return item if update is None else await self._written(update, "save")

    async def _written(self, update: Update, name: str) -> M:
        request = self._context.engine.compile(update)
        result: WriteResult[M] = await self._runner.run(send(request), name)
        assert result.new is not None  # an update leaves an item, and was asked for it
        return result.new
