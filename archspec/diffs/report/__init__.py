"""Reports of comparisons, for terminals, pull requests and programs."""
