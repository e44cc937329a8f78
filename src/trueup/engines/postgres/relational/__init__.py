"""Relational tables: the types of their columns, their constraints, triggers and row security."""
