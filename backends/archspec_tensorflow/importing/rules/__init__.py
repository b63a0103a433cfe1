"""What each layer of Keras means: one rule per class."""

from archspec_tensorflow.importing.rules import (
    functions,
    idioms,
    layers,
    layouts,
    merges,
    norms,
    padded,
    shares,
    windows,
)
from archspec_tensorflow.importing.rules.table import IDIOMS, RULES

FAMILIES = (functions, idioms, layers, layouts, merges, norms, padded, shares, windows)
"""Importing these modules registers their rules."""

__all__ = ("FAMILIES", "IDIOMS", "RULES")
