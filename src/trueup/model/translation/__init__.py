"""The translation between models and stored items: shapes, encoding, decoding, expressions."""
