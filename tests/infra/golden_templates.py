"""The golden templates: a layer with every property of tables, and one with functions."""

from __future__ import annotations

from pathlib import Path

from tests.infra.stacks import STACKS
from trueup.infra import Format, template_text

_FOLDER = Path(__file__).with_name("golden")
FILES = {
    "shop.yaml": ("shop", Format.CLOUDFORMATION),
    "shop.tf.json": ("shop", Format.TERRAFORM),
    "work.yaml": ("work", Format.CLOUDFORMATION),
    "work.tf.json": ("work", Format.TERRAFORM),
    "work.sam.yaml": ("work", Format.SAM),
    "work.cdk.txt": ("work", Format.CDK),
}


def written(file: str) -> str:
    """The template as the code writes it now."""
    stack, form = FILES[file]
    return template_text(STACKS[stack], form, is_json=form is Format.TERRAFORM)


def golden(file: str) -> str:
    """The template as the golden file has it."""
    return (_FOLDER / file).read_text(encoding="utf-8")


if __name__ == "__main__":
    for name in FILES:
        (_FOLDER / name).write_text(written(name), encoding="utf-8")
