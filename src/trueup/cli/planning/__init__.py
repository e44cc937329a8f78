"""Plans as commands show them: as lines, as documents, as files."""
