"""Templates that exist: CloudFormation, SAM, cdk.out, Terraform; read as tables and resources."""
