"""Proofs: migrations on a shadow, over rows that are made for it."""
