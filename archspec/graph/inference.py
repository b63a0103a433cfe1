"""Type inference, one node at a time, with bounds on the sizes of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from archspec.graph.node import Wire
from archspec.operator import Operator, require
from archspec.tensor import TensorType

MAXIMUM_SIZE = 2**40
"""The most elements that one value may have: a thousand times what fits into a large machine."""


class TooLarge(ValueError):
    """A graph exceeds the bound on nodes, scopes or the size of a value; the message says which."""


def require_applicable(op: object, sources: Sequence[object]) -> None:
    """Raise ``TypeError`` unless ``op`` is an operator and ``sources`` are wires, one per input."""
    if not isinstance(op, Operator):
        raise TypeError(f"{op!r} is no operator; make one, such as `operators.Relu()`")
    for each in sources:
        if not isinstance(each, Wire):
            raise TypeError(f"{op.word} takes wires, as `add` and `input` return, not {each!r}")
    if not op.variadic and len(sources) != len(op.inputs):
        values = "1 value" if len(op.inputs) == 1 else f"{len(op.inputs)} values"
        raise TypeError(f"{op.word} takes {values}, not {len(sources)}")


@dataclass
class Inference:
    """Infers output types, memoised by operator and operand types."""

    _known: dict[tuple[Operator, tuple[TensorType, ...]], TensorType] = field(default_factory=dict)

    def infer(self, op: Operator, inputs: tuple[TensorType, ...]) -> TensorType:
        """Return the type of an operator's result; raise ``RuleError`` or ``TooLarge``."""
        key = (op, inputs)
        output = self._known.get(key)
        if output is None:
            for given in inputs:
                _require_known(given, "x", "expects")
            output = self._known[key] = op.infer(*inputs)
            _require_known(output, "output", "gives")
            if output.size > MAXIMUM_SIZE:
                raise TooLarge(f"a value of more than {MAXIMUM_SIZE:,} numbers")
        return output


def _require_known(found: TensorType, blamed: str, verb: str) -> None:
    require(found.is_known, blamed, f"{verb} a vector or a map, and {found} is neither")
