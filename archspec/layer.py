"""What a layer is: one word for an operator, its norm and its activation, in a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from archspec.attributes import Activation, Norm, Value, kind_of
from archspec.operator import Attribute, operators
from archspec.tensor import TensorType

NORM = Attribute("norm", kind_of(Norm), "none")
ACTIVATION = Attribute("activation", kind_of(Activation), "none")

LayerRow = tuple[str, dict[str, Value]]
"""One operator of a layer: its word and the attributes that the layer decides."""

_table: dict[str, type[Layer]] = {}


class Layer:
    """A word that stands for an operator, then its norm, then its activation.

    A subclass names the ``operator``; it has that operator's attributes, those below, and a bias
    where it has no norm.

    Attributes:
        norm: The word of the norm that follows, with its defaults of the file, or none.
        activation: The word of the activation that comes last, or none.
    """

    word: ClassVar[str]
    operator: ClassVar[str]
    main: ClassVar[str | None]
    from_channels: ClassVar[tuple[str, ...]] = ()
    """The operator's attributes that follow from the channels that arrive."""

    def __init_subclass__(cls, *, name: str, operator: str, main: str | None = None) -> None:
        cls.word, cls.operator, cls.main = name, operator, main
        _table[name] = cls

    @classmethod
    def attributes(cls) -> dict[str, Attribute]:
        """List what an author may write, in order; the default of ``bias`` depends on the norm."""
        return {**operators()[cls.operator].attributes, "norm": NORM, "activation": ACTIVATION}

    @classmethod
    def rows(cls, values: Mapping[str, Value], x: TensorType) -> tuple[LayerRow, ...]:
        """Write the layer out as operators; ``values`` holds what was written or defaulted."""
        norm, activation = values.get("norm", "none"), values.get("activation", "none")
        own = {name: value for name, value in values.items() if name not in ("norm", "activation")}
        own.setdefault("bias", norm == "none")
        tail: list[LayerRow] = [(str(word), {}) for word in (norm, activation) if word != "none"]
        return ((cls.operator, cls.lower(own, x)), *tail)

    @classmethod
    def lower(cls, values: dict[str, Value], x: TensorType) -> dict[str, Value]:
        """Turn the layer's own attributes into the operator's; most are the same."""
        return values


def from_channels(word: str) -> tuple[str, ...]:
    """List what follows from the channels that arrive at a layer; nothing for any other word."""
    return _table[word].from_channels if word in _table else ()


def layers() -> Mapping[str, type[Layer]]:
    """Return the table of layers, by word."""
    return _table
