"""The golden templates: one layer with every property, as each format writes it."""

from __future__ import annotations

from pathlib import Path

from tests.infra.test_templates import NAMES, SHOP
from trueup.infra import Format, stack_of, template_text

_FOLDER = Path(__file__).with_name("golden")
FILES = {"shop.yaml": Format.CLOUDFORMATION, "shop.tf.json": Format.TERRAFORM}


def written(file: str) -> str:
    """The template as the code writes it now."""
    form = FILES[file]
    stack = stack_of(SHOP, NAMES, stage="beta", is_protected=True)
    return template_text(stack, form, is_json=form is Format.TERRAFORM)


def golden(file: str) -> str:
    """The template as the golden file has it."""
    return (_FOLDER / file).read_text(encoding="utf-8")


if __name__ == "__main__":
    for name in FILES:
        (_FOLDER / name).write_text(written(name), encoding="utf-8")
