"""Compile actions to JSON bodies, purely."""
