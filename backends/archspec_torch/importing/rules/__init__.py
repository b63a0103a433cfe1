"""What each operator of a traced program means: one rule per operator of ATen.

The operators are those of ``torch.export`` before decomposition; ``relu_`` means what ``relu``
does, for nothing is overwritten in a graph.
"""

from archspec_torch.importing.rules import functions, layers, layouts, merges, windows
from archspec_torch.importing.rules.table import RULES

FAMILIES = (functions, layers, layouts, merges, windows)
"""Importing these modules registers their rules."""

__all__ = ("FAMILIES", "RULES")
