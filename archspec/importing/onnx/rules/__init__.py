"""What each operator of ONNX means: one rule per operator, for opsets 11 and later."""

from archspec.importing.onnx.rules import functions, layers, layouts, merges, windows
from archspec.importing.onnx.rules.table import RULES

FAMILIES = (functions, layers, layouts, merges, windows)
"""Importing these modules registers their rules."""

__all__ = ("FAMILIES", "RULES")
