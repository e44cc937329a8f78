"""SQLite's own limits. What DynamoDB would refuse belongs to the target, not here.

Source: https://www.sqlite.org/limits.html
"""

MAX_PARAMETERS = 32_766
"""Highest number of `?` in one statement (SQLITE_MAX_VARIABLE_NUMBER since SQLite 3.32)."""

MAX_VALUE_BYTES = 1_000_000_000
"""Longest text or blob, and longest row, in bytes (SQLITE_MAX_LENGTH)."""
