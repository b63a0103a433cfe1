"""Raising, the opposite of lowering: the text of a spec for a graph."""
