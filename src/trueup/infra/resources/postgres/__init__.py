"""The PostgreSQL of a layer: its network, its server, and the proxy before it."""
