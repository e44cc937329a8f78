"""Adopt: live tables become declarations, as code that a person would keep."""
