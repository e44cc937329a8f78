"""From a call as it is written to the action that an engine compiles."""
