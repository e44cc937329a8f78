"""Regions, emulators and protected stages: what is verified and changed is the stage."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.configuration.projects import ProjectFolder
from trueup import Blocked, ConfigurationError, ErrorCode, InvalidCall
from trueup.engines.connect import connect
from trueup.engines.driver import split_url
from trueup.engines.dynamodb.driver import parse
from trueup.engines.dynamodb.wire.blocking import DirectWire
from trueup.testing.suite.harness.refusals import refused

STOREFRONT = """
[tool.trueup]
layer = "app.tables:layer"

[tool.trueup.stages.dev]
url = "dynamodb://local"
[tool.trueup.stages.staging]
url = "dynamodb://emulator.example.com:8000?tls=false"
[tool.trueup.stages.beta]
url = "dynamodb://"
region = "us-west-2"
[tool.trueup.stages.prod]
url = "dynamodb://"
region = "us-west-2"
protect = true
"""
NO_PROFILE = {"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"}


@pytest.fixture
def storefront(project: ProjectFolder) -> ProjectFolder:
    project.write("pyproject.toml", STOREFRONT)
    return project


def region_in_force(url: str, environ: dict[str, str]) -> str:
    """The region of a wire that is opened."""
    with closing(DirectWire(parse(split_url(url, "")).options, environ)) as wire:
        return wire.settings.region


@pytest.mark.req("M73")
def test_region_is_the_option_s_then_the_environment_s_then_the_stage_s(
    storefront: ProjectFolder,
) -> None:
    # There is no region built in: the stage of storefront names us-west-2 as its own.
    set_in_environment = NO_PROFILE | {"AWS_REGION": "eu-west-1"}
    options = {"stage": "beta", "region": "ap-south-1"}
    by_option = storefront.find(set_in_environment, **options)
    by_environment = storefront.find(set_in_environment, stage="prod")
    by_stage = storefront.find(NO_PROFILE, stage="prod")
    assert region_in_force(by_option.url, set_in_environment) == "ap-south-1"
    assert region_in_force(by_environment.url, set_in_environment) == "eu-west-1"
    assert region_in_force(by_stage.url, NO_PROFILE) == "us-west-2"


def test_region_of_the_profile_goes_before_that_of_the_stage(storefront: ProjectFolder) -> None:
    config = storefront.write("config", "[default]\nregion = eu-north-1\n")
    environ = NO_PROFILE | {"AWS_CONFIG_FILE": str(config)}
    assert storefront.find(environ, stage="prod").url == "dynamodb://"


def test_no_region_at_all_is_an_error(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (NO_PROFILE | {"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}).items():
        monkeypatch.setenv(name, value)
    project.write("pyproject.toml", '[tool.trueup.stages.prod]\nurl = "dynamodb://"\n')
    project.write_module()
    staged = project.load(NO_PROFILE, stage="prod", layer=f"{project.module}:layer")
    with refused(InvalidCall) as refusal:
        connect(staged.stage.url, staged.layer)
    assert refusal.says("no region is set")


def test_region_for_an_engine_without_regions_is_refused(storefront: ProjectFolder) -> None:
    with refused(ErrorCode.INVALID_URL) as refusal:
        storefront.find({}, url="sqlite://", region="eu-west-1")
    assert refusal.says("there is no option region")


def test_two_regions_in_options_are_refused(storefront: ProjectFolder) -> None:
    with refused(InvalidCall) as refusal:
        storefront.find({}, url="dynamodb://eu-west-1", region="eu-west-2")
    assert refusal.says("it names a region twice")


@pytest.mark.req("M72")
@pytest.mark.parametrize(
    ("environ", "options"),
    [
        ({"AWS_ENDPOINT_URL": "http://localhost:8000"}, {}),
        ({"AWS_ENDPOINT_URL_DYNAMODB": "http://localhost:8000"}, {}),
        ({"TRUEUP_URL": "dynamodb://local"}, {}),
        ({}, {"url": "dynamodb://localhost:8000"}),
        ({}, {"url": "sqlite:///dev.db"}),
        ({}, {"url": "dynamodb://us-east-1"}),
    ],
)
def test_protected_stage_is_on_no_other_database(
    storefront: ProjectFolder, environ: dict[str, str], options: dict[str, str]
) -> None:
    with refused(ErrorCode.PROTECTED_STAGE) as refusal:
        storefront.find(NO_PROFILE | environ, stage="prod", **options)
    assert refusal.says("the stage prod is protected", "emulators are for those")


REPLACED = {
    "url": "dynamodb://us-east-1",
    "region": "ap-south-1",
    "names": "dev-{table}",
    "state_table": "other",
    "layer": "app.others:layer",
}


@pytest.mark.parametrize("option", REPLACED)
def test_no_setting_of_a_protected_stage_is_replaced(
    storefront: ProjectFolder, option: str
) -> None:
    variable = f"TRUEUP_{option.upper()}"
    with refused(ErrorCode.PROTECTED_STAGE) as refusal:
        storefront.find(NO_PROFILE, stage="prod", **{option: REPLACED[option]})
    assert refusal.says(f"leave --{option.replace('_', '-')} out")
    with refused(ErrorCode.PROTECTED_STAGE) as refusal:
        storefront.find(NO_PROFILE | {variable: REPLACED[option]}, stage="prod")
    assert refusal.says(f"leave {variable} out")


def test_everything_that_replaces_a_setting_is_named_at_once(storefront: ProjectFolder) -> None:
    environ = NO_PROFILE | {"TRUEUP_REGION": "ap-south-1"}
    with refused(ErrorCode.PROTECTED_STAGE) as refusal:
        storefront.find(environ, stage="prod", state_table="other")
    assert refusal.says("TRUEUP_REGION, --state-table")


def test_settings_of_a_protected_stage_may_be_repeated(storefront: ProjectFolder) -> None:
    same = {"url": "dynamodb://", "region": "us-west-2", "names": "{table}"}
    assert storefront.find(NO_PROFILE, stage="prod", **same) == storefront.find(
        NO_PROFILE, stage="prod"
    )


def test_url_that_repeats_that_of_a_protected_stage_is_of_the_same_folder(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(
        "pyproject.toml", '[tool.trueup.stages.prod]\nurl = "sqlite:///p.db"\nprotect = true\n'
    )
    project.write("below/empty", "")
    monkeypatch.chdir(project.folder / "below")
    assert project.find(stage="prod", url="sqlite:///p.db").url == project.url_of("p.db")


@pytest.mark.parametrize("above", ["", '[tool.trueup]\nurl = "sqlite:///all.db"\n'])
@pytest.mark.parametrize("options", [{}, {"url": "sqlite:///dev.db"}])
def test_protected_stage_has_a_url_of_its_own(
    project: ProjectFolder, above: str, options: dict[str, str]
) -> None:
    project.write("pyproject.toml", above + "[tool.trueup.stages.prod]\nprotect = true\n")
    with refused(ConfigurationError) as refusal:
        project.find(NO_PROFILE, stage="prod", **options)
    assert refusal.says("the stage prod is protected, and has no url of its own")


@pytest.mark.req("M72")
def test_protected_stage_has_no_endpoint_of_a_profile(storefront: ProjectFolder) -> None:
    text = "[default]\nregion = us-west-2\nendpoint_url = http://localhost:8000\n"
    environ = NO_PROFILE | {"AWS_CONFIG_FILE": str(storefront.write("config", text))}
    with refused(ErrorCode.PROTECTED_STAGE) as refusal:
        storefront.find(environ, stage="prod")
    assert refusal.says("requests would go to localhost:8000")


@pytest.mark.req("M72")
def test_protected_stage_cannot_be_configured_on_an_emulator(project: ProjectFolder) -> None:
    text = '[tool.trueup.stages.prod]\nurl = "dynamodb://local"\nprotect = true\n'
    project.write("pyproject.toml", text)
    with refused(Blocked) as refusal:
        project.find(NO_PROFILE, stage="prod")
    assert refusal.says("requests would go to 127.0.0.1:8000")


@pytest.mark.req("MT8")
def test_stages_may_be_emulators_unless_they_are_protected(storefront: ProjectFolder) -> None:
    for stage in ("dev", "staging"):
        assert storefront.find(NO_PROFILE, stage=stage).name == stage
    elsewhere = NO_PROFILE | {"AWS_ENDPOINT_URL": "http://localhost:8000"}
    assert storefront.find(elsewhere, stage="dev").name == "dev"
    with refused(ErrorCode.PROTECTED_STAGE):
        storefront.find(elsewhere, stage="prod")


def test_private_network_of_aws_is_no_custom_endpoint(project: ProjectFolder) -> None:
    host = "vpce-1-2.dynamodb.eu-west-1.vpce.amazonaws.com"
    text = f'[tool.trueup.stages.prod]\nurl = "dynamodb://{host}"\nprotect = true\n'
    project.write("pyproject.toml", text)
    assert project.find(NO_PROFILE, stage="prod").protect


def test_refusal_repeats_no_secret(storefront: ProjectFolder) -> None:
    environ = NO_PROFILE | {"AWS_ENDPOINT_URL": "https://ann:secret@proxy.example.com/x?token=t"}
    with refused(Blocked) as refusal:
        storefront.find(environ, stage="prod")
    assert refusal.says("proxy.example.com")
    assert not any(refusal.says(word) for word in ("ann:", "secret", "token"))


@pytest.mark.parametrize("url", ["sqlite://", "dynamodb://eu-west-1"])
@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ('state_table = "Notes"', {}),
        ('state_table = "NOTES"', {}),
        ("", {"state_table": "notes"}),
        ('tables = {Notes = "trueup-state"}', {}),
        ('names = "trueup-{table}"\ntables = {Notes = "Trueup-State"}', {}),
        ('names = "beta-{table}"\nstate_table = "beta-Notes"', {}),
    ],
)
def test_declared_table_has_not_the_name_of_the_state(
    project: ProjectFolder, url: str, settings: str, options: dict[str, str]
) -> None:
    project.write("pyproject.toml", f'[tool.trueup.stages.beta]\nurl = "{url}"\n{settings}\n')
    project.write_module()
    with refused(ConfigurationError) as refusal:
        project.load(NO_PROFILE, stage="beta", layer=f"{project.module}:layer", **options)
    assert refusal.says("has the name of the state's table", "stage beta")
