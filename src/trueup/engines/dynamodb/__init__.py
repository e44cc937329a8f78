"""DynamoDB, over our own wire or botocore's; its limits hold for every layer that targets it."""
