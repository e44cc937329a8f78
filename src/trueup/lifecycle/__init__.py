"""The life of a table: what the commands do, over the ports of engines and repositories."""
