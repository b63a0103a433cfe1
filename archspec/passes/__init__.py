"""Passes: rewriting of a graph and its weights that keeps what it computes in inference."""
