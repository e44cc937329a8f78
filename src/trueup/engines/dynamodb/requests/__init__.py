"""Requests: bodies with their decoders and follow-up requests."""
