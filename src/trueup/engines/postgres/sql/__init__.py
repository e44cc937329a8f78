"""SQL of the caller: its dialect, what it may not leave behind, and COPY."""
