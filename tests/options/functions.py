"""Functions with and without an option, and what a template makes of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.options.calls import Note
from trueup import ChangesOf, Function, Layer, Table, TrueupError
from trueup.infra import cloudformation, stack_of

STREAMED = Table("Streamed", Note, partition="owner", sort="number", stream="NEW_IMAGE")


def deployed(*, is_declared: bool = True, **options: Any) -> Any:
    """The template of a layer whose function handles changes, or what is said against it."""
    function = Function("noted", handler="app:noted", **{"stream": STREAMED, **options})
    functions = [function] if is_declared else []
    try:
        layer = Layer("l", target="dynamodb", tables=[STREAMED], functions=functions)
    except TrueupError as error:
        return error.to_dict()["problems"]
    return cloudformation(stack_of(layer, {"Streamed": "streamed"}))


def changes(**options: Any) -> Any:
    """The same with settings of the trigger."""
    return deployed(stream=ChangesOf(STREAMED, **options))


FUNCTIONS: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "ChangesOf.batch_size": (lambda: changes(batch_size=7), deployed),
    "ChangesOf.window_s": (lambda: changes(window_s=9), deployed),
    "ChangesOf.retries": (lambda: changes(retries=2), deployed),
    "ChangesOf.oldest_s": (lambda: changes(oldest_s=60), deployed),
    "ChangesOf.parallel": (lambda: changes(parallel=2), deployed),
    "ChangesOf.with_expired": (lambda: changes(with_expired=False), deployed),
    "Function.reads": (lambda: deployed(reads=[STREAMED.get]), deployed),
    "Function.writes": (lambda: deployed(writes=[STREAMED.create]), deployed),
    "Function.stream": (deployed, lambda: deployed(stream=None)),
    "Function.timeout_s": (lambda: deployed(timeout_s=9), deployed),
    "Function.memory_mb": (lambda: deployed(memory_mb=512), deployed),
    "Function.environment": (lambda: deployed(environment={"LEVEL": "debug"}), deployed),
    "Function.leading_keys": (
        lambda: deployed(reads=[STREAMED.get], leading_keys=["a#*"]),
        lambda: deployed(reads=[STREAMED.get]),
    ),
    "Function.concurrent": (lambda: deployed(concurrent=3), deployed),
    "Function.log_days": (lambda: deployed(log_days=7), deployed),
    "Function.description": (lambda: deployed(description="x"), deployed),
    "Layer.functions": (deployed, lambda: deployed(is_declared=False)),
}
