"""The report of `trueup verify` in each of its forms."""
