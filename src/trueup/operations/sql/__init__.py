"""SQL of the caller's own: its placeholders, its parameters, and models from its rows."""
