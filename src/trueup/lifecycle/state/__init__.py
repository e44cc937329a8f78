"""What the commands remember: lock, ownership and journal, in a table of Trueup's own (ADR 30)."""
