"""A use of a layer of Keras, with what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from archspec.importing.adder import Adder
from archspec.importing.imported import Wordless
from archspec.operators.grid import Pad
from archspec_tensorflow.importing.values import Form, Value


@dataclass(frozen=True, kw_only=True)
class Call(Adder):
    """A use of a layer: its configuration, what it is called with, and its variables in order."""

    kind: str
    config: Mapping[str, Any]
    operands: tuple[Any, ...]
    variables: Sequence[Any]

    def value(self, *forms: Form, place: int = 0) -> Value:
        """Return an operand that is a value, in one of some forms; raise ``Wordless``."""
        found = self.operands[place] if place < len(self.operands) else None
        if not isinstance(found, Value):
            raise Wordless("it takes a number or a list where one value was expected")
        found = self.padded(found)
        if forms and found.form not in forms:
            raise Wordless(f"it takes a {found.form.name.lower()}")
        return found

    def map(self) -> Value:
        """Return the operand, a map, with the zeros around it left to the window of a layer."""
        if self.config.get("data_format", "channels_last") != "channels_last":
            raise Wordless("its channels come first: build the model with channels_last")
        found = self.operands[0] if self.operands else None
        if not isinstance(found, Value) or found.form is not Form.MAP:
            raise Wordless("its input is no map of height, width and channels")
        return found

    def is_of_cell(self) -> bool:
        """Whether the operand is a vector as a map of one cell."""
        given = self.operands[0] if self.operands else None
        return isinstance(given, Value) and given.form is Form.CELL

    def values(self) -> list[Value]:
        """Return the operands of a merge."""
        several = self.operands[0] if len(self.operands) == 1 else self.operands
        found = several if isinstance(several, tuple) else (several,)
        if not all(isinstance(each, Value) for each in found):
            raise Wordless("one of its operands is a number")
        return [self.padded(each) for each in found]

    def pair(self, name: str) -> tuple[int, int]:
        """Return both sides of a size, which may be one number."""
        said = self.config[name]
        rows, columns = (said, said) if isinstance(said, int) else said
        return int(rows), int(columns)

    def padded(self, value: Value) -> Value:
        """Return a value with the zeros around it added by an operator."""
        return value.over(self.add(Pad(cells=value.pads), value.wire)) if any(value.pads) else value


Rule: TypeAlias = Callable[[Call], Value]
"""Adds the operators that a use of a layer means and returns the value that it gives."""
