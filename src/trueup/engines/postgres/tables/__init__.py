"""One table in SQL: its columns, and the texts that read and write its rows."""
