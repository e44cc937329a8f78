"""Alarms: what is watched, when it is too much, and what to do then."""
