"""The tests of the examples, on SQLite and on an emulator of DynamoDB."""
