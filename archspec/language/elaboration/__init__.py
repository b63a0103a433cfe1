"""Elaboration: expansion of a spec's steps to a graph, with type inference and checks."""
