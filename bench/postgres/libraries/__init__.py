"""One module for each library, with the same calls in the words of that library."""
