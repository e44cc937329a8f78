"""Repeatable files: views and functions, whose whole text runs again when it has changed."""
