"""Keys: conditions on sort keys, composed keys by their parts, and shards of indexes."""
