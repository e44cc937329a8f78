"""Items and values as DynamoDB's JSON, and back: pure."""
