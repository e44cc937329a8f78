"""Pages of queries and scans: conditions in SQL, rows to models."""
