"""Costs: what questions, writes and storage of a layer are charged on DynamoDB."""
