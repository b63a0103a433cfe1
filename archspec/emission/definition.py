"""One class or function of a source: what it is built from and what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from archspec.emission.fragments import Fragment
from archspec.emission.lowering import Leaf, Quantity
from archspec.graph import Template
from archspec.tensor import TensorType


class Argument(NamedTuple):
    """An argument of a definition: what each use passes, and what holds where nothing is passed."""

    name: str
    leaves: tuple[Leaf, ...]
    default: Quantity | None = None
    positional: bool = False


@dataclass(frozen=True, eq=False)
class Definition:
    """One class or function of the source.

    ``key`` tells it apart from all others of the source. ``arriving`` and ``leaving`` are the types
    that its uses take, by the argument that tells their channels, and give, by the names of the
    outputs; ``inputs`` are the names of what it takes, if that has any. ``template`` is None for a
    recurring layer and for the network.
    """

    key: str
    name: str
    body: Fragment
    arguments: tuple[Argument, ...]
    template: Template | None = None
    arriving: Mapping[str, tuple[TensorType, ...]] = field(default_factory=dict)
    leaving: Mapping[str, tuple[TensorType, ...]] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
