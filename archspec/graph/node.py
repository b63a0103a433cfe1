"""Nodes: uses of operators, each by its path, with the types of what it takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from archspec.operator import Operator
from archspec.source import Span
from archspec.tensor import TensorType


class Written(NamedTuple):
    """A value as its author wrote it: ``2*k``, and where."""

    text: str
    span: Span


class Step(NamedTuple):
    """The step of a spec that made a node or a scope: its word, its place, and what it says."""

    word: str
    span: Span
    written: Mapping[str, Written] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Node:
    """One use of an operator.

    ``sources`` are the paths of the nodes or inputs whose values it takes; ``inputs`` and
    ``output`` are the types of what comes and goes. ``trail`` is where each enclosing module was
    used, outermost first.
    """

    path: str
    op: Operator
    sources: tuple[str, ...]
    inputs: tuple[TensorType, ...]
    output: TensorType
    step: Step = field(compare=False, repr=False)
    trail: tuple[Span, ...] = field(default=(), compare=False, repr=False)


class Wire(NamedTuple):
    """The value that leaves a node or an input: its path and its type."""

    path: str
    type: TensorType
