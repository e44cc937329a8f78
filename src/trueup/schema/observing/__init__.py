"""What statements were seen to do on a shadow, and what that means for live tables."""
