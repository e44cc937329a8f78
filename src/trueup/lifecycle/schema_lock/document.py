"""The file itself: its form, the fingerprint of its content, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from ...errors import ConfigurationError, ErrorCode, Place
from ..files import read_regular

FORMAT = 1
REMEDY = "run: trueup generate lock; or give --no-lock, if this server may make schemas"
_Hash = Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$")]


class LockDocument(BaseModel):
    """The file. server: a major version. content: the fingerprint of all the rest."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    about: str
    format: Literal[1]
    engine: str
    server: Annotated[int, Field(ge=1, le=1000)]
    extensions: dict[str, str]
    declaration: _Hash
    content: _Hash
    tables: dict[str, dict[str, JsonValue]]


def read_document(path: Path) -> LockDocument:
    """What the file says, as it was generated.

    Raises FileNotFoundError, ConfigurationError (invalid-schema-lock).
    """
    return _document(path, _json(path))


def _json(path: Path) -> Any:
    try:
        return json.loads(read_regular(path).decode())
    except FileNotFoundError:
        raise
    except OSError as error:
        raise invalid(path, f"it cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError):  # UTF-8, JSON, and numbers of too many digits
        refusal = invalid(path, "it is not JSON, or only a part of it")
    raise refusal


def _document(path: Path, found: Any) -> LockDocument:
    format_ = found.get("format") if isinstance(found, Mapping) else None
    if isinstance(format_, int) and format_ > FORMAT:
        raise invalid(path, f"its format is {FORMAT + 1} or later, and this Trueup reads {FORMAT}")
    try:
        document = LockDocument.model_validate(found)
    except (ValidationError, RecursionError):
        document = None  # the error, which holds the contents, is no part of ours
    if document is None:
        raise invalid(path, "it has not the form of a lock file")
    rest = {name: value for name, value in found.items() if name != "content"}
    if document.content != fingerprint(rest):
        raise invalid(path, "it was changed since it was generated")
    return document


def fingerprint(said: Mapping[str, Any]) -> str:
    """The fingerprint of what a file says, whatever its layout."""
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def invalid(path: Path, why: str) -> ConfigurationError:
    """The error for a file that cannot be used."""
    return ConfigurationError(
        f"the lock file {path.name} cannot be used: {why}",
        code=ErrorCode.INVALID_SCHEMA_LOCK,
        where=Place(note=str(path)),
        fix=REMEDY,
    )
