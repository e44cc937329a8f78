"""Repositories: the API most users touch."""

from ._async import AsyncRepository, AsyncResults
from ._sync import Repository, Results
from .options import QueryOptions, ReadOptions, ScanOptions
from .previews import RequestPreview
from .results import WriteResult

__all__ = [
    "AsyncRepository",
    "AsyncResults",
    "QueryOptions",
    "ReadOptions",
    "Repository",
    "RequestPreview",
    "Results",
    "ScanOptions",
    "WriteResult",
]
