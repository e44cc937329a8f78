"""The client benchmark: CPU time of Trueup and of other libraries against a server that replays."""
