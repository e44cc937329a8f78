"""What a protected stage refuses: whatever would make it another one than its settings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from ..errors import Blocked, ConfigurationError, ErrorCode, Place
from .settings import TABLE, StageSettings
from .variables import PREFIX, StageOptions


def own_settings(
    name: str, settings: StageSettings, layer: str, options: StageOptions, given: StageOptions
) -> StageOptions:
    """What is given of a protected stage, without what only repeats its settings.

    layer: of the project; empty if none is configured, and one has to be given. options: those of
    the command. given: the same, with the variables of the environment.

    Raises Blocked (protected-stage), which names what has to be left out; ConfigurationError if the
    stage has no URL of its own, so that any would do.
    """
    if not settings.url:
        raise ConfigurationError(
            f"the stage {name} is protected, and has no url of its own",
            where=Place(note=f"[{TABLE}.stages.{name}]"),
            fix="write url there: a protected stage is on that database, and on no other",
        )
    own: Mapping[str, str] = {
        "stage": given.stage,
        "layer": layer or given.layer,
        "url": settings.url,
        "region": settings.region,
        "names": settings.names,
        "state_table": settings.state_table,
    }
    others = [
        _spoken(field.name, options)
        for field in fields(given)
        if getattr(given, field.name) not in ("", own[field.name])
    ]
    if others:
        raise refused(name, "its settings are not replaced", ", ".join(others))
    return replace(given, url="", region="", names="", state_table="")


def refused(name: str, what: str, left_out: str) -> Blocked:
    """The refusal of what would make another stage of this one. left_out: what to leave out."""
    return Blocked(
        f"the stage {name} is protected, and {what}",
        where=Place(note=f"[{TABLE}.stages.{name}]"),
        fix=f"leave {left_out} out, or choose a stage that is not protected: emulators are for "
        "those",
        code=ErrorCode.PROTECTED_STAGE,
    )


def host_of(endpoint_url: str) -> str:
    """The endpoint without a user or password that a caller may have written."""
    return endpoint_url.rpartition("//")[2].rpartition("@")[2].partition("/")[0]


def _spoken(field: str, options: StageOptions) -> str:
    """Where a setting was given: as an option, which goes before a variable."""
    if getattr(options, field):
        return f"--{field.replace('_', '-')}"
    return PREFIX + field.upper()
