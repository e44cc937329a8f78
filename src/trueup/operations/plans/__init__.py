"""Plans: from the arguments of a call to the action that an engine compiles."""
