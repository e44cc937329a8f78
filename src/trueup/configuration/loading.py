"""Layers by reference: `app.tables:layer` is the attribute `layer` of the module `app.tables`."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

from pydantic import ValidationError

from .._dataclass import dataclass
from .._kinds import kind_of_value, misspelt
from ..errors import ConfigurationError, DeclarationError, ErrorCode, Place
from ..model.declarations.layer import Layer

_MOST_CHARACTERS = 200
_LAYER = "--layer, TRUEUP_LAYER, or layer in [tool.trueup]"


@dataclass(frozen=True, slots=True)
class Reference:
    """`module:attribute` as it is written.

    noun: of what is named. setting: where it is written. meant: its kind, in words.
    example: how it is declared.
    """

    noun: str
    text: str
    setting: str
    meant: str
    example: str


def load_layer(reference: str, folder: Path) -> Layer:
    """The layer that `reference` names. folder: of the project; it is put on `sys.path`, and stays.

    Raises:
        ConfigurationError: (layer-not-loaded) with the reference, what failed, and what to do.
        DeclarationError: the layer is declared wrongly.
    """
    found = load_declared(
        Reference("layer", reference, _LAYER, "a Layer", "Layer(...)"), folder, _is_layer
    )
    assert isinstance(found, Layer)
    return found


def _is_layer(value: object) -> bool:
    return isinstance(value, Layer)


def load_declared(reference: Reference, folder: Path, is_meant: Callable[[object], bool]) -> object:
    """The value that a reference names, if it is of the kind that is meant.

    Its errors are those of `load_layer`.
    """
    module_name, colon, attribute = reference.text.partition(":")
    if not colon or not all(part.isidentifier() for part in (*module_name.split("."), attribute)):
        raise _not_loaded(
            reference,
            "this is no reference",
            f"write it as module:attribute, app.tables:{reference.noun}",
        )
    module = _import(reference, module_name, folder)
    if not hasattr(module, attribute):
        known = [name for name, value in vars(module).items() if is_meant(value)]
        hint = misspelt(attribute, known, f"{reference.noun.removesuffix('s')}s")
        raise _not_loaded(
            reference,
            f"the module {module_name} has no attribute {attribute}; {hint}",
            f"correct the reference, or declare {attribute} = {reference.example} there",
            module.__file__ or "",
        )
    found = getattr(module, attribute)
    if not is_meant(found):
        raise _not_loaded(
            reference,
            f"{attribute} is {kind_of_value(found)}, not {reference.meant}",
            f"name {reference.meant} of {module_name}",
            module.__file__ or "",
        )
    return found


def _import(reference: Reference, name: str, folder: Path) -> ModuleType:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        return import_module(name)
    except DeclarationError as error:
        note = f"{error.where.note}, of the {reference.noun} {reference.text}"
        error.where = replace(error.where, note=note)
        raise
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise _failed(reference, name, error, folder) from error
        raise _not_loaded(
            reference,
            f"there is no module {error.name}",
            "correct the reference; modules are looked for in the folder of pyproject.toml, and "
            "where Python finds what is installed",
            str(folder),
        ) from error
    except (Exception, SystemExit) as error:
        raise _failed(reference, name, error, folder) from error


def _failed(
    reference: Reference, name: str, error: BaseException, folder: Path
) -> ConfigurationError:
    """The error for an exception in the user's module, with the last line of theirs that ran."""
    says = _said(error)[:_MOST_CHARACTERS]
    kind = type(error).__name__
    return _not_loaded(
        reference,
        f"importing {name} raised {kind}{f': {says}' if says else ''}",
        "correct that line, or install what it needs",
        _place_of(error, folder),
    )


def _said(error: BaseException) -> str:
    """The first line of what an error says; of one of pydantic's, the fields without values."""
    if isinstance(error, ValidationError):
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        places = (".".join(map(str, one["loc"])) for one in problems)
        fields = dict.fromkeys(place or "the whole" for place in places)
        return f"wrong in {error.title}: {', '.join(fields)}"
    return next(iter(str(error).splitlines()), "")


def _place_of(error: BaseException, folder: Path) -> str:
    """The last line of the project's own that ran; else the last line of any."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    ran = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<frozen") and frame.filename != __file__
        if "importlib" not in frame.filename
    ]
    own = [frame for frame in ran if _is_own(Path(frame.filename), folder)] or ran
    return f"{own[-1].filename}:{own[-1].lineno}" if own else ""


def _is_own(file: Path, folder: Path) -> bool:
    """Whether a file is of the project, and not of a package that is installed below its folder."""
    is_below = file.is_relative_to(folder) or file.is_relative_to(folder.resolve())
    return is_below and not {"site-packages", "dist-packages"} & set(file.parts)


def _not_loaded(reference: Reference, what: str, fix: str, note: str = "") -> ConfigurationError:
    return ConfigurationError(
        f"the {reference.noun} {reference.text!r} cannot be loaded: {what}",
        where=Place(note=note or reference.setting),
        fix=fix,
        code=ErrorCode.LAYER_NOT_LOADED,
    )
