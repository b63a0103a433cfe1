"""Analyses: pure functions from a graph to facts about it."""
