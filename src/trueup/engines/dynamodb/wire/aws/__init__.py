"""What AWS asks of a client: settings, credentials, endpoints, signatures."""
