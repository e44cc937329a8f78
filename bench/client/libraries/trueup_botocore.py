"""Trueup on botocore's wire, with all of botocore's hooks."""

from __future__ import annotations

from . import trueup


class Library(trueup.Library):
    """What is measured. For asyncio this wire has threads."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "botocore")
