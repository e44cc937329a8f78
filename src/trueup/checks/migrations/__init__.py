"""Checks of migrations in files, for PostgreSQL: what hurts while it runs, or after."""
