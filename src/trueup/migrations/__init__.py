"""Migrations: versioned changes in plain SQL, each proved on a shadow before it runs."""
