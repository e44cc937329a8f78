"""The declarations that users write: models, fields, keys, indexes, patterns, tables, layers."""
