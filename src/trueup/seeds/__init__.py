"""Seeds: items that a stage begins with, put where they differ, and never deleted."""

from .declaration import Seed

__all__ = ["Seed"]
