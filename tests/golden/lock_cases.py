"""Lock files of schemas that cannot be compared with."""

from __future__ import annotations

from pathlib import Path

from tests.golden.stage import Stage
from tests.postgres_changes.schemas import SHOP
from tests.postgres_changes.shapes import layer_of
from trueup.engines.connect import target_engine
from trueup.lifecycle.generated import write_file
from trueup.lifecycle.schema_lock.file import FILE, lock_file, read_lock
from trueup.schema.made import Made, MakingEngine


def _written(stage: Stage) -> Path:
    engine = target_engine(layer_of(SHOP))
    assert isinstance(engine, MakingEngine)
    made = Made(engine.declaration, 15, {}, {})
    path = stage.folder / FILE
    write_file(lock_file("shop", engine, made, path))
    return path


def lock_of_other_declarations(stage: Stage) -> object:
    path = _written(stage)
    other = {**SHOP, "people": SHOP["people"].describe("", "Someone")}
    return read_lock(path, target_engine(layer_of(other)))


def lock_that_was_edited(stage: Stage) -> object:
    path = _written(stage)
    path.write_text(path.read_text().replace('"server": 15', '"server": 16'))
    return read_lock(path, target_engine(layer_of(SHOP)))


def lock_of_another_form(stage: Stage) -> object:
    path = _written(stage)
    path.write_text(path.read_text().replace('"tables"', '"secret"'))
    return read_lock(path, target_engine(layer_of(SHOP)))


def lock_that_is_half_written(stage: Stage) -> object:
    path = _written(stage)
    path.write_text(path.read_text()[:-9])
    return read_lock(path, target_engine(layer_of(SHOP)))
