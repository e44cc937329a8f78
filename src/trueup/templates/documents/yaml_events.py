"""The events of a YAML text, as CloudFormation reads it: without dates, and with short tags.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from ...errors import ErrorCode, Place, UnsupportedByEngine
from .json_events import number_in
from .nodes import Alias, End, Event, Malformed, Scalar, Scalars, Start

_STANDARD = "tag:yaml.org,2002:"
_TRUE, _FALSE = ("yes", "true", "on"), ("no", "false", "off")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?")
_NOT_PRINTABLE = re.compile("[\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What text that was encoded twice may hold, and YAML refuses."""


def yaml_events(text: str, file: str) -> Iterator[Event]:
    """The events of a text that holds one document.

    Raises Malformed, and UnsupportedByEngine (missing-extra) without PyYAML.
    """
    yaml = _package(file)
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        for event in yaml.parse(_NOT_PRINTABLE.sub("\ufffd", text), Loader=loader):
            if (told := _event(yaml, event)) is not None:
                yield told
    except yaml.YAMLError as error:
        raise _malformed(error) from None


def _package(file: str) -> Any:
    try:
        return import_module("yaml")  # which has no types of its own
    except ImportError as error:
        raise UnsupportedByEngine(
            "a template in YAML needs the package PyYAML, which is not installed",
            where=Place(note=file),
            fix="install trueup[infra]",
            code=ErrorCode.MISSING_EXTRA,
        ) from error


def _event(yaml: Any, event: Any) -> Event | None:
    line = event.start_mark.line + 1
    match type(event):
        case yaml.AliasEvent:
            return Alias(event.anchor, line)
        case yaml.ScalarEvent:
            tag, is_plain = event.tag or "", event.implicit[0]
            value = _plain(event.value) if is_plain or _is_number(tag) else event.value
            return Scalars(value, event.value, line, _short(tag), event.anchor or "", is_plain)
        case yaml.MappingStartEvent | yaml.SequenceStartEvent:
            is_mapping = type(event) is yaml.MappingStartEvent
            return Start(is_mapping, line, _short(event.tag or ""), event.anchor or "")
        case yaml.MappingEndEvent | yaml.SequenceEndEvent:
            return End()
        case _:
            return None


def _short(tag: str) -> str:
    return tag if tag.startswith("!") else ""


def _is_number(tag: str) -> bool:
    return tag in (f"{_STANDARD}int", f"{_STANDARD}bool", f"{_STANDARD}float", f"{_STANDARD}null")


def _plain(text: str) -> Scalar:
    """What a text without quotes means; whatever else YAML may see in it, such as a date or a
    number of another base, stays a text."""
    if text in ("", "~") or text.lower() == "null":
        return None
    if text.lower() in _TRUE and text in (text.lower(), text.upper(), text.capitalize()):
        return True
    if text.lower() in _FALSE and text in (text.lower(), text.upper(), text.capitalize()):
        return False
    if _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text):
        bare = text.lstrip("+")
        return number_in(f"{bare}0" if bare.endswith(".") else bare)
    return text


def _malformed(error: Any) -> Malformed:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    return Malformed(f"this is no YAML: {what}", mark.line + 1 if mark else 1)
