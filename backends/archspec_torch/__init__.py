"""The PyTorch backend: rules that write operators as PyTorch, and what runs the result."""

from archspec_torch import rules, windows
from archspec_torch.table import backend

__all__ = ["backend"]

REGISTERED = (rules, windows)
"""Importing these modules enters their rules into the backend."""
