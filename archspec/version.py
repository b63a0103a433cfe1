"""The version of the distribution; this is its only home."""

__version__ = "0.1.0"
