"""The checked description of a table, and the check that makes it from a declaration."""
