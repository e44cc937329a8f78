"""Alarms as values: what state they come to, and whether they can come to it at all."""
