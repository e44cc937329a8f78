"""How a page is written: Markdown, Python source, and its lines."""
