"""The report of `trueup check` in each of its forms."""
