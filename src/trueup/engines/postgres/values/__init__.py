"""Values in columns: the types of columns, and between plain values and what PostgreSQL holds."""
