"""Schemas: what tables are declared to be, what they are, and the changes between the two."""
