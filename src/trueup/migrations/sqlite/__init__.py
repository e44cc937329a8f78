"""Migrations on SQLite."""
