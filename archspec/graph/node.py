"""Nodes: uses of operators, each by its path, with the types of what it takes and gives."""

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

    ``sources`` are the paths of the nodes or inputs whose values it takes; ``inputs`` and
    ``output`` are the types of what comes and goes.
    """

    path: str
    op: Operator
    sources: tuple[str, ...]
    inputs: tuple[TensorType, ...]
    output: TensorType
    origin: Origin | None = field(default=None, compare=False, repr=False)

    @property
    def word(self) -> str:
        """The word of its step, else of its operator."""
        step = self.step
        return step.word if step else self.op.word

    @property
    def text(self) -> str:
        """The operator as a step says it: its word, and the attributes that are no defaults."""
        said = [self.op.word]
        for name, attribute in self.op.attributes.items():
            value = getattr(self.op, name)
            if attribute.required or value != read(attribute.kind, attribute.default):
                said.append(show(value) if name == self.op.main else f"{name}={show(value)}")
        return " ".join(said)


class Wire(NamedTuple):
    """The value that leaves a node or an input: its path and its type."""

    path: str
    type: TensorType
