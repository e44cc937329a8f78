"""The parts of a page, each from a table or a layer."""
