"""Pairing the nodes and scopes of two graphs, by what they compute and how they are written."""
