"""What values a field may have: in words, and as examples."""
