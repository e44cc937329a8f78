"""The checked description of a table, and the check that makes the description."""
