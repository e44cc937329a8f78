"""AWS's rules for clients: settings, credentials, endpoints, signatures."""
