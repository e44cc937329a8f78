"""Testing: a pytest plugin, and the contract suite that any engine can run."""
