"""Options that are seen in documentation, and in how a stage is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from trueup import (
    AccessPattern,
    Example,
    ExpiresAt,
    Index,
    Layer,
    Model,
    Table,
    TrueupError,
    kept,
    open_stage,
)
from trueup.docgen import render_page
from trueup.engines.connect import target_engine


class Page(Model):
    owner: str
    number: int
    title: str
    made: str = ""


STAGES = """
[tool.trueup]
layer = "tests.options.calls:layer"
stage = "dev"
[tool.trueup.stages.dev]
url = "sqlite:///dev.db"
[tool.trueup.stages.other]
url = "sqlite:///other.db"
names = "other-{table}"
"""


def documented(*examples: Example) -> str:
    """The page of a table with a pattern that has these examples."""
    pattern = AccessPattern("titled", index="ByTitle", sorted_by="number", examples=examples)
    index = Index("ByTitle", partition="title", sort="number")
    table = Table(
        "Pages", Page, partition="owner", sort="number", indexes=[index], patterns=[pattern]
    )
    layer = Layer("pages", target="dynamodb", tables=[table])
    return render_page(layer, target_engine(layer))


def page_of_layer(description: str) -> str:
    """The page of a layer with this description."""
    table = Table("Pages", Page, partition="owner", sort="number")
    layer = Layer("pages", target="dynamodb", tables=[table], description=description)
    return render_page(layer, target_engine(layer))


def asked(**options: Any) -> str:
    """The page with an example of these options."""
    return documented(Example("t", **options))


def retained(**options: Any) -> tuple[timedelta, str]:
    """How long items are kept, and from when."""

    class Kept(Model):
        id: str
        expires: Annotated[ExpiresAt | None, kept(**options)] = None

    declared = kept(**options)
    assert "expires" in Kept.model_fields
    return declared.duration, declared.after


def staged(**options: Any) -> list[str]:
    """The SQL that makes the tables of a stage; if it cannot be opened, why."""
    with _project():
        try:
            with open_stage(**options) as db:
                return [one.sql for one in db.requests.create_tables().payload.statements]
        except TrueupError as error:
            return [error.code]


@contextmanager
def _project() -> Iterator[None]:
    before = Path.cwd()
    with TemporaryDirectory(prefix="trueup-options-") as folder:
        Path(folder, "pyproject.toml").write_text(STAGES, encoding="utf-8")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
