"""A use of a layer of Keras, with what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

from archspec.importing.adder import Adder
from archspec.importing.imported import CellNeeded, Wordless
from archspec.importing.values import Form, Value, layout_of
from archspec.operators.grid import Crop


class Layer(NamedTuple):
    """What a layer is described by, and its variables in the order in which Keras makes them."""

    config: Mapping[str, Any]
    variables: Sequence[Any]


@dataclass(frozen=True)
class Share:
    """Some rows (axis 1) or columns (axis 2) of a map, from ``start`` up to ``stop``."""

    value: Value
    axis: int
    start: int
    stop: int

    def cropped(self, call: Adder) -> Value:
        """Return the share as a map of its own."""
        size = self.value.wire.type.grid[self.axis - 1]
        around = (self.start, size - self.stop)
        cells = (*around, 0, 0) if self.axis == 1 else (0, 0, *around)
        return self.value.over(call.add(Crop(cells=cells), self.value.wire))


@dataclass(frozen=True, kw_only=True)
class Call(Adder):
    """A use of a layer: its configuration, what it is called with, and its variables in order.

    ``named`` are the arguments by name. ``told`` are what the names of an idiom stand for: values,
    numbers, and layers within.
    """

    kind: str
    config: Mapping[str, Any]
    operands: tuple[Any, ...]
    variables: Sequence[Any]
    named: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)

    def value(self, *forms: Form, place: int = 0) -> Value:
        """Return an operand that is a value, in one of some forms; raise ``Wordless``."""
        found = self.operands[place] if place < len(self.operands) else None
        found = self.padded(self._value(found))
        if found.form is Form.ROW and Form.LAST in forms and Form.ROW not in forms:
            raise CellNeeded(found.wire)
        if forms and found.form not in forms:
            raise Wordless(f"it takes a {found.form.name.lower()}")
        return found

    def _value(self, found: Any) -> Value:
        """Return an operand with its channels last where nothing tells them from the first."""
        if isinstance(found, Share):
            found = found.cropped(self)
        if not isinstance(found, Value):
            raise Wordless("it takes a number or a list where one value was expected")
        last = Form.LAST if found.wire.type.is_map else Form.ROW
        return found.held(last) if found.layout == layout_of(last, found.wire.type) else found

    def told_value(self, name: str, *forms: Form) -> Value:
        """Return what a name of an idiom stands for, if that is computed; raise ``Wordless``."""
        return replace(self, operands=(self.told[name],)).value(*forms)

    def number(self, name: str) -> float:
        """Return what a name of an idiom stands for, if that is a number; raise ``Wordless``."""
        found = self.told[name]
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise Wordless(f"its {name} is computed")
        return float(found)

    def map(self) -> Value:
        """Return the operand, a map, with the cells around it left to the window of a layer."""
        if self.config.get("data_format", "channels_last") != "channels_last":
            raise Wordless("its channels come first: build the model with channels_last")
        found = self._value(self.operands[0]) if self.operands else None
        if found is not None and found.form is Form.ROW:
            raise CellNeeded(found.wire)
        if found is None or found.form is not Form.LAST:
            raise Wordless("its input is no map of height, width and channels")
        return found

    def values(self) -> list[Value]:
        """Return the operands of a merge."""
        several = self.operands[0] if len(self.operands) == 1 else self.operands
        found = several if isinstance(several, tuple) else (several,)
        if not all(isinstance(each, Value | Share) for each in found):
            raise Wordless("one of its operands is a number")
        return [self.padded(self._value(each)) for each in found]

    def pair(self, name: str) -> tuple[int, int]:
        """Return both sides of a size, which may be one number."""
        said = self.config[name]
        rows, columns = (said, said) if isinstance(said, int) else said
        return int(rows), int(columns)


Rule: TypeAlias = Callable[[Call], Any]
"""Adds the operators that a use of a layer means and returns the value that it gives."""
