"""How the documentation is built: `make docs`."""

from __future__ import annotations

import re
import sys
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools._soak import marked  # noqa: E402  # found by the line before

project = "Trueup"
author = "the Trueup maintainers"
release = "0.1.0"
version = release

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
nitpicky = True
# Types in signatures are named, not linked: those of pydantic and of the standard library have no
# page here.
nitpick_ignore_regex = [(r"py:.*", r".*")]

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 88

myst_enable_extensions = ["fieldlist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "Trueup"
html_show_sphinx = False

_ARGUMENT = re.compile(r"^([a-z_]+(?:, [a-z_]+)*): (?=\S)")


def _list_arguments(lines: list[str]) -> list[str]:
    """Our docstrings explain an argument as `name: text`, with what follows indented; reST wants a
    list."""
    shown: list[str] = []
    is_item = False
    for line in lines:
        argument = _ARGUMENT.match(line)
        if argument:
            text = line[argument.end() :]
            shown += [*([] if is_item else [""]), f"* **{argument[1]}**: {text}"]
        else:
            shown.append(f"  {line.strip()}" if is_item and line else line)
        is_item = bool(argument or (line and is_item))
    return shown


def _is_built_by_users(value: type) -> bool:
    """Whether callers make such values; databases, repositories and errors are handed to them."""
    handed = issubclass(value, Exception) or value.__module__.startswith("trueup.repository")
    return not handed or is_dataclass(value)


def _show_docstring(*event: Any) -> None:
    lines: list[str] = event[-1]
    lines[:] = _list_arguments(lines)


def _show_signature(*event: Any) -> tuple[str, None] | None:
    _, what, _, value, *_ = event
    is_class = what in ("class", "exception")
    return ("", None) if is_class and not _is_built_by_users(value) else None


def _mark_soak(_app: Any, name: str, source: list[str]) -> None:
    """The page of the last soak says if it is out of date."""
    if name == "soak":
        source[0] = marked(source[0], ROOT)


def setup(app: Any) -> None:
    app.connect("autodoc-process-docstring", _show_docstring)
    app.connect("autodoc-process-signature", _show_signature)
    app.connect("source-read", _mark_soak)
