"""Where a database is, and who asks: URLs, users, passwords."""
