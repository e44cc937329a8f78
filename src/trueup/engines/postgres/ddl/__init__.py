"""What runs for each change of a table."""
