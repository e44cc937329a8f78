"""Options of outputs, and what each changes in a template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.options.documented import Page
from trueup import Infrastructure, Layer, Table, TableOutputs
from trueup.infra import cloudformation, stack_of

PAGES = Table("Pages", Page, partition="owner", stream="NEW_IMAGE")


def deployed(**options: Any) -> Any:
    """The template of a layer whose infrastructure has these options."""
    infrastructure = Infrastructure(**options)
    layer = Layer("desk", target="dynamodb", tables=[PAGES], infrastructure=infrastructure)
    return cloudformation(stack_of(layer, {"Pages": "pages"}))


def _with(option: str) -> Callable[[], Any]:
    return lambda: deployed(outputs=[TableOutputs(PAGES, **{option: "Sheets"})])


OUTPUTS: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
    **{
        f"TableOutputs.{option}": (_with(option), deployed)
        for option in ("id", "of_name", "of_arn", "of_stream")
    },
    "Infrastructure.outputs": (_with("id"), deployed),
    "Infrastructure.overrides": (
        lambda: deployed(overrides={"PagesTable": {"TableClass": "STANDARD_INFREQUENT_ACCESS"}}),
        deployed,
    ),
    "Infrastructure.description": (lambda: deployed(description="Pages"), deployed),
}
