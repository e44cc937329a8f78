"""Terraform: a stack in its JSON syntax, for the provider `hashicorp/aws`."""
