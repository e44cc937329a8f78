"""Options of alarms, and what each changes in a template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.options.documented import Page
from trueup import Alarms, Infrastructure, Layer, Table
from trueup.infra import cloudformation, stack_of
from trueup.infra.alarms.watched import watched
from trueup.infra.values import Resource


def deployed(**options: Any) -> Any:
    """The template of a layer with alarms of these options."""
    infrastructure = Infrastructure(alarms=Alarms(**options)) if options else None
    table = Table("Notes", Page, partition="owner")
    layer = Layer("desk", target="dynamodb", tables=[table], infrastructure=infrastructure)
    return cloudformation(stack_of(layer, {"Notes": "notes"}))


def _called(concurrency: int) -> Any:
    function = Resource("F", "AWS::Lambda::Function", {})
    return watched([function], "desk", Alarms(lambda_concurrency=concurrency))


_GIVEN: dict[str, Any] = {
    "thresholds": {"read-throttles": 5},
    "without": ["read-throttles"],
    "suppressor": "deploying",
    "runbooks": "https://example.com/runbooks",
    "operations": ["GetItem"],
    "injects_faults": True,
    "dashboard": False,
}


def _with(option: str) -> Callable[[], Any]:
    return lambda: deployed(**{option: _GIVEN[option]})


ALARMS: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
    **{f"Alarms.{option}": (_with(option), deployed) for option in _GIVEN},
    "Alarms.lambda_concurrency": (lambda: _called(50), lambda: _called(1000)),
    "Infrastructure.alarms": (_with("runbooks"), deployed),
}
