"""Comparisons told to people, to pull requests and to programs."""
