"""What each operator of ONNX means: one rule per operator, for opsets 11 and later."""

from archspec.importing.onnx.rules import (
    composed,
    functions,
    gathered,
    idioms,
    layers,
    layouts,
    merges,
    norms,
    resizing,
    transposed,
    windows,
)
from archspec.importing.onnx.rules.table import GATHERED, IDIOMS, RULES

FAMILIES = (
    composed,
    functions,
    gathered,
    idioms,
    layers,
    layouts,
    merges,
    norms,
    resizing,
    transposed,
    windows,
)
"""Importing these modules registers their rules."""

__all__ = ("FAMILIES", "GATHERED", "IDIOMS", "RULES")
