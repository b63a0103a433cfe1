"""Attributing every change of a graph to the change of the source that caused it."""
