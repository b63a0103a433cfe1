"""The formatter of specs, and the writer of specs for graphs."""
