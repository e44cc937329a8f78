"""Documentation of a layer, computed from its declarations: pages of Markdown."""

from .files import page_files, stale_pages, write_pages
from .pages import render_page, render_pages

__all__ = ["page_files", "render_page", "render_pages", "stale_pages", "write_pages"]
