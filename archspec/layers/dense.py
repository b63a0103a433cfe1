"""The layer that is fully connected."""

from archspec.layer import Layer


class Dense(Layer, name="dense", operator="fully_connected", main="units"):
    """Full connection, then its norm, then its activation."""
