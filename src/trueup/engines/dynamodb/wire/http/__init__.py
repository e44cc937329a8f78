"""HTTP/1.1 on kept connections: sockets, TLS, replies."""
