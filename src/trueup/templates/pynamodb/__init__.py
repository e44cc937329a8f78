"""PynamoDB: its classes, read from their source and never imported, as tables to declare."""
