"""The harness of the behaviours: the engine under test, both flavours, and known deviations."""
