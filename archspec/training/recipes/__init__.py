"""Recipes: how a network is trained, from text to record."""

from archspec.training.recipes.load import Checked, check, load

__all__ = ["Checked", "check", "load"]
