"""Python steps: functions beside the SQL of a migration, for data that SQL cannot change."""
