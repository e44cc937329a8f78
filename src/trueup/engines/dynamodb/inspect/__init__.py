"""Live tables on DynamoDB: what its requests tell, as schemas."""
