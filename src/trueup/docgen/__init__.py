"""Documentation of a layer, computed from its declarations: pages of Markdown."""

from .files import PageFile, State, page_files, stale_pages, write_file, write_pages
from .pages import render_page, render_pages

__all__ = [
    "PageFile",
    "State",
    "page_files",
    "render_page",
    "render_pages",
    "stale_pages",
    "write_file",
    "write_pages",
]
