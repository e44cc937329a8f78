"""What comes from elsewhere: items in other forms, and paths as text."""
