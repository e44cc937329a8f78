"""Translate items and values to DynamoDB's JSON and back, purely."""
