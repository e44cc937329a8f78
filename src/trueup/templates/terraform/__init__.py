"""Terraform: plans, states and configurations in JSON, translated to CloudFormation's words."""
