"""Names of the parts of an API."""

from __future__ import annotations

import re
from hashlib import sha256

from ....model.declarations.infrastructure.api import RestApi
from ...names import resource_id

API = "Api"
STAGE = "ApiStage"
_WORDS = re.compile(r"[a-z0-9]+(-[a-z][a-z0-9]*)*")
_PART = re.compile(r"[a-z][a-z0-9]*|\{[a-z][a-z0-9]*\+?\}")
_LEADING = ("any", "all")
"""What stands for braces: a part that is called so has a name of its own."""


def api_name(api: RestApi, stage: str) -> str:
    """The name of an API in the account. stage: of the layer, empty for none."""
    return "-".join(filter(None, (api.name, stage)))


def named_id(name: str, kind: str) -> str:
    """The logical name of a part that is called so: no two names have the same one.

    kind: stands behind the name, as in the logical names of tables and functions.
    """
    return resource_id(name, "" if _WORDS.fullmatch(name) else _digest(name), kind)


def path_id(path: str, suffix: str) -> str:
    """The logical name of what belongs to a path: no two paths have the same one.

    `/jobs/{id}` is `ApiJobsAnyId`, and `/jobs/{path+}` is `ApiJobsAllPath`.
    """
    parts = [part for part in path.split("/") if part]
    words = [word for part in parts for word in _words(part)]
    is_plain = all(_PART.fullmatch(part) and part not in _LEADING for part in parts)
    return resource_id(API, *words, "" if is_plain else _digest(path), suffix)


def _words(part: str) -> tuple[str, ...]:
    if not part.startswith("{"):
        return (part,)
    return ("all" if part.endswith("+}") else "any", part.strip("{+}"))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]
