"""Plans tried on a shadow database before they run: what they lock, read and write there."""
