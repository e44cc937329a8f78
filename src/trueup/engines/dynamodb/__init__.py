"""DynamoDB: for now what it refuses, which holds for every layer that targets it."""
