"""What each operator of a traced program means: one rule per operator of ATen.

The operators are those of ``torch.export`` before decomposition; ``relu_`` means what ``relu``
does, for nothing is overwritten in a graph.
"""

from archspec_torch.importing.rules import (
    composed,
    functions,
    idioms,
    layers,
    layouts,
    merges,
    norms,
    padded,
    picks,
    standards,
    windows,
)
from archspec_torch.importing.rules.table import IDIOMS, RULES

FAMILIES = (
    composed,
    functions,
    idioms,
    layers,
    layouts,
    merges,
    norms,
    padded,
    picks,
    standards,
    windows,
)
"""Importing these modules registers their rules."""

__all__ = ("FAMILIES", "IDIOMS", "RULES")
