"""Permissions: what each function may do, computed from what it declares, and not more."""
