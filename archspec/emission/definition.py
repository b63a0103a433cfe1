"""Definitions: the classes or functions of a source, with their arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from archspec.emission.fragments import Fragment
from archspec.emission.lowering import Leaf, Quantity
from archspec.graph import Template
from archspec.tensor import TensorType


class Argument(NamedTuple):
    """An argument of a definition: the value at each use, and its default."""

    name: str
    leaves: tuple[Leaf, ...]
    default: Quantity | None = None
    positional: bool = False


@dataclass(frozen=True, eq=False)
class Definition:
    """One class or function of the source.

    ``key`` is unique within the source. ``arriving`` are the types of its inputs in all uses, by
    the argument for their channels, ``leaving`` those of its outputs, by name; ``inputs`` are the
    names of its inputs, if they have any. ``template`` is None for an outlined layer and for the
    network.
    """

    key: str
    name: str
    body: Fragment
    arguments: tuple[Argument, ...]
    template: Template | None = None
    arriving: Mapping[str, tuple[TensorType, ...]] = field(default_factory=dict)
    leaving: Mapping[str, tuple[TensorType, ...]] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
