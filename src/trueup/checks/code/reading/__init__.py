"""Code read without running it: which values reach which call of DynamoDB."""
