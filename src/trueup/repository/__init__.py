"""Repositories: the API that most users call."""

from ._async import AsyncRepository, AsyncResults
from ._sync import Repository, Results
from .options import (
    CountOptions,
    GetOptions,
    QueryOptions,
    ReadOptions,
    ScanOptions,
    VersionedOptions,
    WriteOptions,
)
from .previews import RequestPreview

__all__ = [
    "AsyncRepository",
    "AsyncResults",
    "CountOptions",
    "GetOptions",
    "QueryOptions",
    "ReadOptions",
    "Repository",
    "RequestPreview",
    "Results",
    "ScanOptions",
    "VersionedOptions",
    "WriteOptions",
]
