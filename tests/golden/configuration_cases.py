"""Configurations that are wrong: files, variables, references to layers, protected stages."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from tests.golden.stage import SECRET, Stage
from trueup.configuration import StageOptions, load_layer, load_stage

NO_PROFILE = {"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"}


def _with(
    here: Stage, text: str, environ: Mapping[str, str] | None = None, **options: str
) -> object:
    (here.folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return load_stage(
        StageOptions(**options), environ=NO_PROFILE | dict(environ or {}), folder=here.folder
    )


def _load(stage: Stage, source: str, reference: str) -> object:
    (stage.folder / f"{reference.partition(':')[0]}.py").write_text(source, encoding="utf-8")
    before = list(sys.path)
    try:
        return load_layer(reference, stage.folder)
    finally:
        sys.path[:] = before


def no_configuration(stage: Stage) -> object:
    return load_stage(StageOptions(), environ={}, folder=stage.folder)


def file_that_is_not_toml(stage: Stage) -> object:
    return _with(stage, f"[tool.trueup]\nurl = '{SECRET}")


def settings_that_are_wrong(stage: Stage) -> object:
    return _with(
        stage,
        f'[tool.trueup]\nlayr = "{SECRET}"\n[tool.trueup.stages.beta]\nprotect = "{SECRET}"\n'
        f'names = "{SECRET}"\nregoin = "{SECRET}"\n',
    )


def stage_that_is_not_there(stage: Stage) -> object:
    return _with(stage, '[tool.trueup.stages.beta]\nurl = "sqlite://"\n', stage="betta")


def no_stage_is_chosen(stage: Stage) -> object:
    return _with(stage, '[tool.trueup.stages.beta]\nurl = "sqlite://"\n')


def stage_without_a_url(stage: Stage) -> object:
    return _with(stage, "[tool.trueup.stages.beta]\n", stage="beta")


def no_layer_is_configured(stage: Stage) -> object:
    return _with(stage, '[tool.trueup.stages.beta]\nurl = "sqlite://"\n', stage="beta")


def variable_that_is_misspelt(stage: Stage) -> object:
    return _with(stage, "", {"TRUEUP_STAEG": SECRET})


def pattern_of_names_without_a_table(stage: Stage) -> object:
    return _with(stage, "", url="sqlite://", names="beta")


def protected_stage_on_an_emulator(stage: Stage) -> object:
    text = '[tool.trueup.stages.prod]\nurl = "dynamodb://eu-west-1"\nprotect = true\n'
    return _with(
        stage, text, {"AWS_ENDPOINT_URL": f"http://ann:{SECRET}@localhost:1"}, stage="prod"
    )


def protected_stage_with_another_url(stage: Stage) -> object:
    text = '[tool.trueup.stages.prod]\nurl = "dynamodb://eu-west-1"\nprotect = true\n'
    return _with(stage, text, stage="prod", url=f"sqlite:///{SECRET}.db")


def layer_that_is_no_reference(stage: Stage) -> object:
    return load_layer("tables", stage.folder)


def layer_whose_module_is_missing(stage: Stage) -> object:
    return _load(stage, "", "no_such_package.tables:layer")


def layer_whose_attribute_is_missing(stage: Stage) -> object:
    return _load(stage, "", "golden_empty:layer")


def layer_that_is_none(stage: Stage) -> object:
    return _load(stage, f"layer = '{SECRET}'", "golden_text:layer")


def layer_whose_module_raises(stage: Stage) -> object:
    return _load(stage, "\nraise RuntimeError('the settings are not there')", "golden_raises:layer")
