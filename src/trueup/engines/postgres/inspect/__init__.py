"""Live tables: what the catalogue says, compared with what the server makes of a declaration."""
