"""Three small programs on Trueup: an HTTP API, a function in AWS Lambda, and tests."""
