"""Checks: of declarations, templates, alarms and code, without a database."""
