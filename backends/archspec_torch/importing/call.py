"""A call of an operator in a traced program, with what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from torch import Tensor

from archspec.importing.adder import Adder
from archspec.importing.imported import CellNeeded, Wordless
from archspec.importing.values import Form, Value


@dataclass(frozen=True, kw_only=True)
class Call(Adder):
    """A call of an ATen operator.

    ``operator`` is its name without overload and underscore, ``given`` its arguments by name,
    defaults included: values, tensors of weights, numbers.
    ``shape`` is that of its result, ``batch`` the number of examples that were traced.
    """

    operator: str
    given: Mapping[str, Any]
    shape: tuple[int, ...]
    batch: int = 1

    def value(self, name: str = "self", *forms: Form) -> Value:
        """Return an argument that is a value, in one of some forms; raise ``Wordless``."""
        found = self.padded(self._computed(name))
        if found.form is Form.COLUMN and Form.MAP in forms and Form.COLUMN not in forms:
            raise CellNeeded(found.wire)
        if forms and found.form not in forms:
            raise Wordless(f"its `{name}` is {found.form.name.lower()}, not {_listed(forms)}")
        return found

    def each(self, name: str = "self") -> Value:
        """Return an argument of what works number by number, spread or not; raise ``Wordless``."""
        return self.operand(self._computed(name))

    def _computed(self, name: str) -> Value:
        known = (each for each in (name, "self", "input") if each in self.given)
        found = self.given[next(known)]
        if not isinstance(found, Value):
            raise Wordless(f"its `{name}` is no value that is computed from the input")
        return found

    def number(self, name: str) -> float | int:
        """Return an argument that is a number; raise ``Wordless``."""
        found = self.given.get(name)
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise Wordless(f"its `{name}` is no number that is known")
        return found

    def weights(self, **names: str) -> dict[str, Any]:
        """Return those arguments that are tensors as arrays, by the names of parameters."""
        found = {mine: self.given.get(theirs) for mine, theirs in names.items()}
        if not all(each is None or isinstance(each, Tensor) for each in found.values()):
            raise Wordless("its weights are computed")
        return {name: array(each) for name, each in found.items() if each is not None}


Rule: TypeAlias = Callable[[Call], Any]
"""Adds the operators that a call means and returns the value, or values, that it gives."""


def array(tensor: Tensor) -> Any:
    """Return a tensor as an array of its own, in float32 if it is shorter."""
    found = tensor.detach().cpu()
    return (found.float() if found.is_floating_point() else found).contiguous().numpy().copy()


def pair(given: int | Sequence[int]) -> tuple[int, int]:
    """Return both sides of an argument that may be one number."""
    numbers = (given,) if isinstance(given, int) else tuple(given)
    return (numbers[0], numbers[-1])


def _listed(forms: tuple[Form, ...]) -> str:
    return " or ".join(each.name.lower() for each in forms)
