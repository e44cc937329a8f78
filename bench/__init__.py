"""Benchmarks: each compares Trueup with the same work done by hand, in one run."""
