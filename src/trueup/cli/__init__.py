"""The command `trueup`: what the library knows, on a command line."""
