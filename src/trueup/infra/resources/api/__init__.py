"""The REST API of a layer: its methods, its stage, its clients' keys and plans."""
