"""domainflow: tenants, their agents and playbooks, and incidents on a map, on PostgreSQL."""
