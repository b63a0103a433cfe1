"""A backend for numpy: models are plain functions of arrays, for inference alone."""

from archspec_numpy.rules import backend

__all__ = ["backend"]
