"""What is wrong in the uses that were read."""
