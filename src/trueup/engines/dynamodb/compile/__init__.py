"""Actions to JSON bodies: pure."""
