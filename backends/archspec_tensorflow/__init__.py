"""The TensorFlow backend: rules that write operators as Keras layers, and what runs the result."""

from archspec_tensorflow import limits, rules, windows
from archspec_tensorflow.table import backend

__all__ = ["backend"]

REGISTERED = (limits, rules, windows)
"""Importing these modules enters their rules into the backend."""
