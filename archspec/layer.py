"""Layers: words that expand to an operator, a norm and an activation in sequence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from archspec.attributes import Activation, Norm, Value, kind_of
from archspec.operator import Attribute, operators
from archspec.tensor import TensorType

NORM = Attribute("norm", kind_of(Norm), "none")
ACTIVATION = Attribute("activation", kind_of(Activation), "none")

LayerRow = tuple[str, dict[str, Value]]
"""One operator of a layer: its word, and the attributes that the layer sets."""

_table: dict[str, type[Layer]] = {}


class Layer:
    """A word that expands to an operator, then a norm, then an activation.

    A subclass names the ``operator``, whose attributes it takes besides those below. The operator
    has a bias by default only if there is no norm.

    Attributes:
        norm: The word of the norm that follows, with the file's defaults for it, or none.
        activation: The word of the activation that follows last, or none.
    """

    word: ClassVar[str]
    operator: ClassVar[str]
    main: ClassVar[str | None]
    from_channels: ClassVar[tuple[str, ...]] = ()
    """The operator's attributes that are computed from the input channels."""

    def __init_subclass__(cls, *, name: str, operator: str, main: str | None = None) -> None:
        cls.word, cls.operator, cls.main = name, operator, main
        _table[name] = cls

    @classmethod
    def attributes(cls) -> dict[str, Attribute]:
        """Return the attributes by name, in order; the default of ``bias`` depends on the norm."""
        return {**operators()[cls.operator].attributes, "norm": NORM, "activation": ACTIVATION}

    @classmethod
    def rows(cls, values: Mapping[str, Value], x: TensorType) -> tuple[LayerRow, ...]:
        """Expand the layer to operators; ``values`` are the attributes, defaults included."""
        norm, activation = values.get("norm", "none"), values.get("activation", "none")
        own = {name: value for name, value in values.items() if name not in ("norm", "activation")}
        own.setdefault("bias", norm == "none")
        tail: list[LayerRow] = [(str(word), {}) for word in (norm, activation) if word != "none"]
        return ((cls.operator, cls.lower(own, x)), *tail)

    @classmethod
    def lower(cls, values: dict[str, Value], x: TensorType) -> dict[str, Value]:
        """Convert the layer's attributes to the operator's; the same by default."""
        return values


def from_channels(word: str) -> tuple[str, ...]:
    """List the attributes of a layer that are computed from the input channels; none otherwise."""
    return _table[word].from_channels if word in _table else ()


def layers() -> Mapping[str, type[Layer]]:
    """Return the table of layers, by word."""
    return _table
