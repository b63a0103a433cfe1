"""What each operator of ONNX means: one rule per operator, for opsets 11 and later."""

from archspec.importing.onnx.rules import functions, idioms, layers, layouts, merges, norms, windows
from archspec.importing.onnx.rules.table import IDIOMS, RULES

FAMILIES = (functions, idioms, layers, layouts, merges, norms, windows)
"""Importing these modules registers their rules."""

__all__ = ("FAMILIES", "IDIOMS", "RULES")
