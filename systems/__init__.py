"""The reference systems, each built on the public names of Trueup only."""
