"""How tables do in AWS, by what CloudWatch and contributor insights reply: rules without a wire."""
