"""Requests: what a call would send, as a value, without sending it."""

from __future__ import annotations

from typing import Any, Unpack

from ..errors import (Code, RequestError)
from ..expressions import (Condition, Update)
from ..model.declarations.base import Model
from ..operations import (batching, paging)
from ..operations.plans import (reads, writes)
from ..operations.plans.context import Access
from ..operations.operation import Request
from ..operations.actions import Action
from ..operations.plans.writes import VersionGiven
from .options import QueryOptions
from .patterns import plan_pattern


class Requests:
    """The methods of a repository, each giving the first exact request of the call.

    A request's `payload` is the engine's own: SQL and parameters, or the body that is sent.
    """

    def __init__(self, access: Access) -> None:
        self._access = access

    def _compiled(self, action: Action) -> Request[Any]:
        return self._access.engine.compile(action)

    def _first_page(self, question: reads.Question) -> Request[Any]:
        return paging.Reading(self._access, question).first_request()

    def _check_some(self, given: list[Any]) -> None:
        if not given:
            raise RequestError(
                "a batch of nothing sends no request",
                code=Code.INVALID_OPTION,
                where=self._access.where,
                fix="give at least one",
            )

    def get(self, *key: Any, **options: Any) -> Request[Any]:
        """The request of `get`."""
        return self._compiled(reads.plan_get(self._access, key, **options))

    def get_many(self, keys: list[Any], **options: Any) -> Request[Any]:
        """The first request of `get_many`."""
        self._check_some(keys)
        action = reads.plan_get_many(self._access, keys, **options)
        return self._compiled(batching.split_keys(self._access, action)[0])

    def query(self, partition: Any, **options: Any) -> Request[Any]:
        """The first request of `query`."""
        return self._first_page(reads.plan_query(self._access, partition, **options))

    def pattern(self, name: str, *given: Any, **options: Unpack[QueryOptions]) -> Request[Any]:
        """The first request of `pattern`."""
        return self._first_page(plan_pattern(self._access, name, given, options))

    def scan(self, **options: Any) -> Request[Any]:
        """The first request of `scan`."""
        return self._first_page(reads.plan_scan(self._access, **options))

    def create(self, item: Model, *, only_if: Condition | bool | None = None) -> Request[Any]:
        """The request of `create`."""
        return self._compiled(writes.plan_put(self._access, item, only_if=only_if, create=True))

    def put(self, item: Model, *, only_if: Condition | bool | None = None) -> Request[Any]:
        """The request of `put`."""
        return self._compiled(writes.plan_put(self._access, item, only_if=only_if))

    def update(
        self,
        key: Any,
        *changes: Update,
        only_if: Condition | bool | None = None,
        version: VersionGiven = None,
    ) -> Request[Any]:
        """The request of `update`."""
        return self._compiled(
            writes.plan_update(self._access, key, changes, only_if=only_if, version=version)
        )

    def update_or_create(
        self,
        key: Any,
        *changes: Update,
        only_if: Condition | bool | None = None,
        version: VersionGiven = None,
    ) -> Request[Any]:
        """The request of `update_or_create`."""
        action = writes.plan_update(
            self._access, key, changes, only_if=only_if, version=version, create=True
        )
        return self._compiled(action)

    def delete(
        self,
        *key: Any,
        only_if: Condition | bool | None = None,
        version: VersionGiven = None,
    ) -> Request[Any]:
        """The request of `delete`."""
        given = key[0] if len(key) == 1 else key
        action = writes.plan_delete(self._access, given, only_if=only_if, version=version)
        return self._compiled(action)

    def put_many(self, items: list[Any]) -> Request[Any]:
        """The first request of `put_many`."""
        self._check_some(items)
        planned = [writes.plan_put(self._access, item) for item in items]
        return batching.first_request(self._access.engine, planned)

    def delete_many(self, keys: list[Any]) -> Request[Any]:
        """The first request of `delete_many`."""
        self._check_some(keys)
        planned = [writes.plan_delete(self._access, key) for key in keys]
        return batching.first_request(self._access.engine, planned)
