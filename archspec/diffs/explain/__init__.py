"""Explaining every change of a graph by a change of the source that made it."""
