"""Repositories: the API that most users call."""

from ..operations.pages import Page
from ._async import AsyncRepository
from ._sync import Repository
from .options import (
    CountOptions,
    DeleteWhereOptions,
    GetOptions,
    QueryOptions,
    ReadOptions,
    ScanOptions,
    VersionedOptions,
    WriteOptions,
)
from .previews import RequestPreview
from .results import AsyncResults, Collection, Results

__all__ = [
    "AsyncRepository",
    "AsyncResults",
    "Collection",
    "CountOptions",
    "DeleteWhereOptions",
    "GetOptions",
    "Page",
    "QueryOptions",
    "ReadOptions",
    "Repository",
    "RequestPreview",
    "Results",
    "ScanOptions",
    "VersionedOptions",
    "WriteOptions",
]
