"""What people declare: models, fields, keys, indexes, patterns, tables, layers."""
