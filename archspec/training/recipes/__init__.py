"""Recipes: how a network is trained, from text to record."""
