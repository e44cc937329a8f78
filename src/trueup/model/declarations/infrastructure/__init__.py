"""What a layer has in AWS beside its tables and functions: a REST API, a PostgreSQL."""
