"""Layers by reference: `app.tables:layer` is the attribute `layer` of the module `app.tables`."""

from __future__ import annotations

import sys
import traceback
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

from .._kinds import kind_of_value, misspelt
from ..errors import ConfigurationError, DeclarationError, ErrorCode, Place
from ..model.declarations.layer import Layer

_MOST_CHARACTERS = 200


def load_layer(reference: str, folder: Path) -> Layer:
    """The layer that `reference` names. folder: of the project; it is put on `sys.path`, and stays.

    Raises:
        ConfigurationError: (layer-not-loaded) with the reference, what failed, and what to do.
        DeclarationError: the layer is declared wrongly.
    """
    module_name, colon, attribute = reference.partition(":")
    if not colon or not all(part.isidentifier() for part in (*module_name.split("."), attribute)):
        raise _not_loaded(
            reference, "this is no reference", "write it as module:attribute, app.tables:layer"
        )
    module = _import(reference, module_name, folder)
    if not hasattr(module, attribute):
        layers = [name for name, value in vars(module).items() if isinstance(value, Layer)]
        hint = misspelt(attribute, layers, "layers")
        raise _not_loaded(
            reference,
            f"the module {module_name} has no attribute {attribute}; {hint}",
            f"correct the reference, or declare {attribute} = Layer(...) there",
            module.__file__ or "",
        )
    layer = getattr(module, attribute)
    if not isinstance(layer, Layer):
        raise _not_loaded(
            reference,
            f"{attribute} is {kind_of_value(layer)}, not a Layer",
            f"name a Layer of {module_name}",
            module.__file__ or "",
        )
    return layer


def _import(reference: str, name: str, folder: Path) -> ModuleType:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        return import_module(name)
    except DeclarationError as error:
        error.where = replace(error.where, note=f"{error.where.note}, of the layer {reference}")
        raise
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise _failed(reference, name, error) from error
        raise _not_loaded(
            reference,
            f"there is no module {error.name}",
            "correct the reference; modules are looked for in the folder of pyproject.toml, and "
            "where Python finds what is installed",
            str(folder),
        ) from error
    except (Exception, SystemExit) as error:
        raise _failed(reference, name, error) from error


def _failed(reference: str, name: str, error: BaseException) -> ConfigurationError:
    """The error for an exception in the user's module, with the last line of theirs that ran."""
    says = next(iter(str(error).splitlines()), "")[:_MOST_CHARACTERS]
    kind = type(error).__name__
    return _not_loaded(
        reference,
        f"importing {name} raised {kind}{f': {says}' if says else ''}",
        "correct that line, or install what it needs",
        _place_of(error),
    )


def _place_of(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    ran = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<frozen") and frame.filename != __file__
        if "importlib" not in frame.filename
    ]
    return f"{ran[-1].filename}:{ran[-1].lineno}" if ran else ""


def _not_loaded(reference: str, what: str, fix: str, note: str = "") -> ConfigurationError:
    return ConfigurationError(
        f"the layer {reference!r} cannot be loaded: {what}",
        where=Place(note=note or "--layer, TRUEUP_LAYER, or layer in [tool.trueup]"),
        fix=fix,
        code=ErrorCode.LAYER_NOT_LOADED,
    )
