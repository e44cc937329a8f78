"""Schemas: declared tables, live tables, and the changes that lead from live to declared."""
