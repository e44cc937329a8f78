"""Nexus: which compliance control maps to which."""
