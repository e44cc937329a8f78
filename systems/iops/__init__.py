"""IOps: metrics and insights of an operations dashboard."""
