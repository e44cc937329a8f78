"""What it costs to compare declared tables with live ones on PostgreSQL."""
