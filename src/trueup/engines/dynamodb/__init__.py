"""The DynamoDB engine, over our own wire or botocore; its limits hold for layers that target it."""
