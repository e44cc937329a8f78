"""The contract suite: every behaviour of a repository, on any engine, sync and async."""
