"""Statements watched while they run on a shadow."""
