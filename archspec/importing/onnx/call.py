"""A node of an ONNX graph, with what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from archspec.attributes import Pads
from archspec.importing.adder import Adder
from archspec.importing.imported import CellNeeded, Wordless
from archspec.importing.values import Form, Value


@dataclass(frozen=True, kw_only=True)
class Call(Adder):
    """A node: its operator, what it takes in order, and its attributes.

    ``given`` are values and arrays, or None where an optional input is left out. ``told`` are what
    the names of an idiom stand for: values, arrays, and the attributes of a node within.
    ``opset`` is the version of ONNX's operators that the file is written in, ``results`` the number
    of its results.
    """

    operator: str
    given: Sequence[Any]
    attributes: Mapping[str, Any]
    told: Mapping[str, Any] = field(default_factory=dict)
    opset: int = 0
    results: int = 1

    def named(self, name: str, *forms: Form) -> Value:
        """Return what a name of an idiom stands for, if that is computed; raise ``Wordless``."""
        return replace(self, given=(self.told[name],)).value(0, *forms)

    def weight(self, name: str) -> Any:
        """Return what a name of an idiom stands for, if that is an array; raise ``Wordless``."""
        found = replace(self, given=(self.told[name],)).array(0)
        if found is None:
            raise Wordless(f"its {name} is left out")
        return found

    def value(self, place: int = 0, *forms: Form) -> Value:
        """Return an input that is computed, in one of some forms; raise ``Wordless``."""
        found = self.padded(self._computed(place))
        if found.form is Form.COLUMN and Form.MAP in forms and Form.COLUMN not in forms:
            raise CellNeeded(found.wire)
        if forms and found.form not in forms:
            raise Wordless(f"it takes a {found.form.name.lower()}")
        return found

    def each(self) -> Value:
        """Return the input of what works number by number, spread or not; raise ``Wordless``."""
        return self.operand(self._computed(0))

    def _computed(self, place: int) -> Value:
        found = self.given[place] if place < len(self.given) else None
        if not isinstance(found, Value):
            raise Wordless("it takes weights where a value was expected")
        return found

    def array(self, place: int) -> Any:
        """Return an input that is an array, None if it is left out; raise ``Wordless``."""
        found = self.given[place] if place < len(self.given) else None
        if isinstance(found, Value):
            raise Wordless("its weights or sizes are computed")
        return found

    def numbers(self, name: str, default: Sequence[int]) -> tuple[int, ...]:
        """Return an attribute that is a list of numbers."""
        return tuple(self.attributes.get(name, default))

    def told_numbers(self, name: str, place: int = 1) -> tuple[int, ...]:
        """Return a list of numbers that is an attribute in earlier opsets, in later ones an input.

        Nothing is an empty list; raises ``Wordless`` where they are computed.
        """
        found = self.array(place)
        return self.numbers(name, ()) if found is None else tuple(map(int, found))


Rule: TypeAlias = Callable[[Call], Any]
"""Adds the operators that a node means and returns the value, or values, that it gives."""


def is_per_channel(value: Value, array: Any) -> bool:
    """Whether an array that is spread over a value holds one number for each channel."""
    shape = (value.wire.type.channels, *(1,) * (value.rank - 1 - value.channel_axis))
    is_alone = array.size == shape[0] and value.channel_axis > 0 and array.ndim <= value.rank
    return bool(is_alone and array.shape[-len(shape) :] == shape)


def unrounded(number: Any) -> float:
    """Return a number as it was before it was rounded to single precision."""
    return float(f"{float(number):.7g}")


def pads_of(numbers: Sequence[int]) -> Pads:
    """Turn ONNX's top, left, bottom, right into above, below, left, right."""
    top, left, bottom, right = numbers
    return (top, bottom, left, right)
