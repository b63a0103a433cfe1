"""Nodes: uses of operators, with the types of their operands and results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from archspec.attributes import read, show
from archspec.graph.origin import Origin, Traced
from archspec.operator import Operator
from archspec.tensor import TensorType


@dataclass(frozen=True, slots=True)
class Node(Traced):
    """One use of an operator.

    ``sources`` are the paths of the nodes or inputs that produce its operands; ``inputs`` are the
    types of the operands, ``output`` is that of the result.
    """

    path: str
    op: Operator
    sources: tuple[str, ...]
    inputs: tuple[TensorType, ...]
    output: TensorType
    origin: Origin | None = field(default=None, compare=False, repr=False)

    @property
    def word(self) -> str:
        """The word of the step that it comes from, or else of its operator."""
        step = self.step
        return step.word if step else self.op.word

    @property
    def text(self) -> str:
        """The operator in the notation of steps: its word and the attributes without defaults."""
        said = [self.op.word]
        for name, attribute in self.op.attributes.items():
            value = getattr(self.op, name)
            if attribute.required or value != read(attribute.kind, attribute.default):
                said.append(show(value) if name == self.op.main else f"{name}={show(value)}")
        return " ".join(said)


class Wire(NamedTuple):
    """A value: the path of the node or input that produces it, and its type."""

    path: str
    type: TensorType
