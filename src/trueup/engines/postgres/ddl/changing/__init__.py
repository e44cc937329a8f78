"""Changes of relational tables in place, as steps."""
