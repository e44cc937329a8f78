"""Readiness: what has to be so before a deployment, each tick from evidence."""
