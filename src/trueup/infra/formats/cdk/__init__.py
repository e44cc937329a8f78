"""CDK for Python: a stack as a module with a construct, and an app that deploys it."""
