"""The embedded engine: SQLite in one file, or in memory."""
