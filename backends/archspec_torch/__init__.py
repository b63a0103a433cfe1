"""The PyTorch backend: rules that write operators as PyTorch, and what runs the result."""

from archspec_torch.rules import backend

__all__ = ["backend"]
