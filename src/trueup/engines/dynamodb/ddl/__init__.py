"""Tables on DynamoDB: the schema of a declaration, and the requests that create it."""
