"""Texts of others, shown and not obeyed: a terminal takes control characters for commands, and
controls of direction let a text read otherwise than it is.

Source: https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
"""

from __future__ import annotations

import json
import re

_OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)


def visible(text: str, keep: str = "") -> str:
    """The text with its control characters as escapes, such as `\\x1b`; on one line, unless `keep`
    has the line break."""
    return _OBEYED.sub(lambda found: found[0] if found[0] in keep else _escape(found[0]), text)


def visible_json(text: str) -> str:
    """The same for a JSON text, whose escapes are JSON's: `\\u001b`. Its layout is kept."""
    return _OBEYED.sub(
        lambda found: found[0] if found[0] in "\n\t" else json.dumps(found[0])[1:-1], text
    )


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()
