"""What `trueup migrate` prints."""
