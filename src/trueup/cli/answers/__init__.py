"""What `trueup query` prints: items as columns, blocks, lines or a document; requests; tables."""
