"""Files as documents: what stands in them, whatever their encoding."""

from __future__ import annotations

from pathlib import Path

from ...errors import DeclarationError, ErrorCode, Place
from ...lifecycle.files import read_regular
from .json_events import json_events
from .nodes import Malformed, Node, nodes_of
from .yaml_events import yaml_events

MOST_BYTES = 64 * 1024 * 1024
"""The largest file that is read: plans of Terraform are some MB."""
MOST_YAML_BYTES = 4 * 1024 * 1024
"""The largest file in YAML. CloudFormation takes 1 MB.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

_JSON = (".json", ".tfstate")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
CORRECT = "correct the file, or write it again by the tool that wrote it"


def read_document(path: Path) -> Node:
    """The document in a file: JSON by its name or its first character, else YAML.

    Raises DeclarationError (invalid-template), and UnsupportedByEngine (missing-extra) for YAML
    without its package.
    """
    text = _text(path)
    try:
        if path.suffix in _JSON:
            return nodes_of(json_events(text))
        if text.lstrip()[:1] in ("{", "["):
            try:
                return nodes_of(json_events(text))
            except Malformed:
                pass  # YAML may begin so, too
        if len(text) > MOST_YAML_BYTES:
            raise Malformed(f"it has more than {MOST_YAML_BYTES:,} characters of YAML", 1)
        return nodes_of(yaml_events(text, str(path)))
    except Malformed as error:
        raise refused(error.what, str(path), error.line) from None


def refused(what: str, file: str, line: int = 0, fix: str = CORRECT) -> DeclarationError:
    """The error for a template that cannot be read, or that no deployment would take."""
    return DeclarationError(
        f"the template cannot be read: {what}",
        where=Place(note=f"{file}:{line}" if line else file),
        fix=fix,
        code=ErrorCode.INVALID_TEMPLATE,
    )


def _text(path: Path) -> str:
    try:
        read = read_regular(path, MOST_BYTES)
    except (OSError, ValueError) as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise refused(told, str(path), fix="name a file that can be read") from error
    encoding = next((name for mark, name in _MARKS.items() if read.startswith(mark)), "utf-8")
    try:
        text = read.decode(encoding)
    except UnicodeDecodeError as error:
        line = read.count(b"\n", 0, error.start) + 1
        raise refused("it is not written in UTF-8", str(path), line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise refused("it has a NUL character", str(path), line)
    return text
