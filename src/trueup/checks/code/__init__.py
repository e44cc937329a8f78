"""Audit of code: what it does with tables of DynamoDB, against what is declared for it."""
