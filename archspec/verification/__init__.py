"""Verification that a network computes the same in several frameworks, value by value."""
