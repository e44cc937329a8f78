"""The SQL that creates a layer, as a script with comments."""
