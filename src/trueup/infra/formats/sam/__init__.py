"""AWS SAM: a stack as a template with functions and their events."""
