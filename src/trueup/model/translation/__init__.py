"""Between models and stored items: shapes, encoding, decoding, expressions of a table."""
