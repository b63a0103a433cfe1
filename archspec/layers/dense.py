"""The fully connected layer."""

from archspec.layer import Layer


class Dense(Layer, name="dense", operator="fully_connected", main="units"):
    """Fully connected layer, then its norm, then its activation."""
