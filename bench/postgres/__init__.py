"""The PostgreSQL benchmark: Trueup and other libraries with the same rows, in one run."""
