"""CDK in TypeScript, read as the Python that means the same."""
