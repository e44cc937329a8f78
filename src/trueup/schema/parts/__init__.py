"""Changes of parts of relational tables that concern more than one part."""
