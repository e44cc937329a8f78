"""Rules of functions and their logs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...schema.severity import Severity
from ..rule import Rule
from .check import Found, TemplateCheck
from .links import Links
from .part import Part
from .permissions import FUNCTION

LOG_GROUP = "AWS::Logs::LogGroup"
_SECRET = re.compile(
    r"(?:.*_)?(?:password|passwd|pwd|secret|token|api_?key|access_key|private_key|credentials?)",
    re.I,
)
_VALUE = re.compile(r"AKIA[0-9A-Z]{16}|[\w+]+://[^/\s:@]*:[^/\s@]+@.*|-----BEGIN .*", re.S)

LITERAL_SECRET = Rule(
    "T501",
    Severity.CRITICAL,
    "A secret stands in the environment of a function",
    "Whoever reads the template, the function's settings or the history of either has it.",
    "keep it in Secrets Manager, and give the function the ARN",
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
)
LOGS_FOR_EVER = Rule(
    "T502",
    Severity.LOW,
    "Logs are kept for ever",
    "They are paid for every month, and what is in them is never forgotten.",
    "write RetentionInDays",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
)


def literal_secret(function: Part, _: Links) -> Iterator[Found]:
    """Variables that are called, or look, as secrets do, with a plain value."""
    for name, part in function.at("Environment", "Variables").entries():
        if part.is_unknown:  # what is referred to does not stand here
            continue
        value = part.text()
        is_secret = _SECRET.fullmatch(name) and value and not value.startswith("arn:")
        if is_secret or _VALUE.fullmatch(value):
            yield part, f"{name} has its value in the template"


def logs_for_ever(group: Part, _: Links) -> Iterator[Found]:
    """Log groups without retention."""
    if not group["RetentionInDays"].is_there:
        yield group, "it keeps logs for ever"


CHECKS = (
    TemplateCheck(LITERAL_SECRET, (FUNCTION,), literal_secret),
    TemplateCheck(LOGS_FOR_EVER, (LOG_GROUP,), logs_for_ever),
)
