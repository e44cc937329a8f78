"""How tables do in AWS, by what CloudWatch and contributor insights reply."""
