"""Formats: a stack as the text that a tool deploys."""
