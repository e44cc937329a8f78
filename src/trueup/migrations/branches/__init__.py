"""Branches: files that came from two places, and follow the same one."""
