"""Tables on DynamoDB: what a declaration becomes there, and how it is created."""
