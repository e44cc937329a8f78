"""What `trueup generate` writes: the files of each kind, and what is printed of them."""
