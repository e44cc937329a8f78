"""Rules of tables in templates."""
