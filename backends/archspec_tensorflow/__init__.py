"""The TensorFlow backend: rules that lower operators to Keras, and the runtime of models."""

from archspec_tensorflow import limits, rules, windows
from archspec_tensorflow.table import backend

__all__ = ["backend"]

REGISTERED = (limits, rules, windows)
"""Importing these modules registers their rules with the backend."""
