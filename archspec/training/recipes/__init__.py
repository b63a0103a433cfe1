"""Recipes: how a network is trained, from text to record."""

from archspec.training.recipes.load import Checked, check, load
from archspec.training.recipes.overrides import overridden
from archspec.training.recipes.written import imports, written

__all__ = ["Checked", "check", "imports", "load", "overridden", "written"]
