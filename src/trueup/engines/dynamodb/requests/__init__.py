"""Bodies with their decoders: what is sent, and what follows a reply."""
