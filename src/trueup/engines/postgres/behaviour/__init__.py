"""Behaviour: whether what live tables declare acts, tried on copies of them that are undone."""
