"""Changes of tables in a file: what runs for each, and how rows get new columns."""
