"""The SQLite benchmark: Trueup and the same work done by hand, in one run."""
