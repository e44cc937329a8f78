"""Checks of declarations that need no data: what works, and will be regretted."""
