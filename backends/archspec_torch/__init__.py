"""The PyTorch backend: rules that lower operators to PyTorch, and the runtime of models."""

from archspec_torch import rules, windows
from archspec_torch.table import backend

__all__ = ["backend"]

REGISTERED = (rules, windows)
"""Importing these modules registers their rules with the backend."""
