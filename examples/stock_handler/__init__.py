"""A function in AWS Lambda that books goods out of a stock."""
