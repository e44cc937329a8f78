"""The form in which a text gives a value; pydantic would take a year for seconds since 1970."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from ..declarations.fields import EXPIRES
from .annotations import annotations_in, metadata_of

_FORMS: dict[type, tuple[str, str]] = {
    datetime: (r"\d{4}-\d{2}-\d{2}.*", "2025-01-15T10:30:00Z"),
    date: (r"\d{4}-\d{2}-\d{2}", "2025-01-15"),
    time: (r"\d{2}:\d{2}.*", "10:30:00"),
    timedelta: (r"[+-]?P.+", "PT1H30M"),
    bool: (r"true|false", "true or false"),
}
"""By type: the pattern of its texts, and an example. A datetime is a date, and comes first."""

_EPOCH_S = re.compile(r"\d{9,}")
"""Epoch seconds as they are stored in an `ExpiresAt`; fewer digits may be meant for a year."""


def form_of(annotation: Any) -> str:
    """An example of the texts of a type; empty if the type has no such form."""
    found = (
        _FORMS[one][1]
        for one in annotations_in(annotation)
        if isinstance(one, type) and one in _FORMS
    )
    return next(found, "")


def expected_form(value: object, text: str, annotation: Any) -> str:
    """How to write a value, if the text that gave it is in no form of its type; empty if it is.

    value: what was read from the text.
    """
    for kind, (pattern, example) in _FORMS.items():
        if not isinstance(value, kind):
            continue
        if EXPIRES in metadata_of(annotation) and _EPOCH_S.fullmatch(text):
            return ""
        return "" if re.fullmatch(pattern, text, re.DOTALL) else example
    return ""
