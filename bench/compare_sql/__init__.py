"""The single changes of docs/changes.md by another tool: which it makes, and which it misses."""
