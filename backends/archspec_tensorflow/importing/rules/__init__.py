"""What each layer of Keras means: one rule per class."""

from archspec_tensorflow.importing.rules import functions, layers, layouts, merges, windows
from archspec_tensorflow.importing.rules.table import RULES

FAMILIES = (functions, layers, layouts, merges, windows)
"""Importing these modules registers their rules."""

__all__ = ("FAMILIES", "RULES")
