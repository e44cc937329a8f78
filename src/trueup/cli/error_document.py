"""ErrorDocument: what a command prints to stderr with `--json` when it fails."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from .exit_codes import ExitCode
from .output import JsonDocument


class ErrorFacts(BaseModel):
    """An error. code: the name of its page in docs/errors. where: the known parts, by name."""

    model_config = ConfigDict(extra="allow")

    code: str
    category: str
    retryable: bool
    what: str
    where: dict[str, str]
    fix: str
    native: str
    reply: str
    retry_after_s: float | None
    problems: list[str] = []
    reasons: list[Any] = []
    allowed_by: str = ""


class ErrorDocument(JsonDocument):
    """The exit code, and the error."""

    exit_code: Literal[ExitCode.ERROR, ExitCode.BLOCKED, ExitCode.PARTIAL, ExitCode.INTERRUPTED]
    error: ErrorFacts
