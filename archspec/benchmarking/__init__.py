"""Measuring networks against each other: candidates take turns, and medians are compared."""
