"""A drawing in no format yet: boxes, the arrows between them, the frames around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from archspec.tensor import TensorType


class BoxKind(StrEnum):
    """What a box stands for, which decides its colour."""

    INPUT = "input"
    STEM = "stem"
    BLOCK = "block"
    REDUCTION = "reduction"
    PART = "part"
    MERGE = "merge"
    HEAD = "head"


class Box(NamedTuple):
    """An operator, a layer, or a module that is not opened.

    ``shape`` labels its outgoing arrow; empty where it is not shown. ``parameters`` and ``macs``
    are those of everything in it, copies included. ``colour``, if given, overrides the style. A
    ghost is not there any more: its outline and its arrows are dashed. ``output`` is the type of
    its value, where that is known.
    """

    path: str
    label: str
    kind: BoxKind
    shape: str = ""
    parameters: int = 0
    macs: int = 0
    colour: str = ""
    is_ghost: bool = False
    output: TensorType | None = None


class Arrow(NamedTuple):
    """A value that one box takes from another."""

    tail: str
    head: str


class Exit(NamedTuple):
    """A box whose value leaves the drawing, and the label of that value."""

    box: str
    label: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A module or a repeat that is opened: ``contents`` are the boxes and frames inside."""

    path: str
    label: str
    kind: BoxKind
    contents: tuple[Frame | str, ...]


@dataclass(frozen=True)
class Drawing:
    """A network or a module as it is drawn.

    ``contents`` is the tree of frames and of the paths of boxes. The arrows out of a box are in the
    order in which they should be laid out. ``legend`` says what the colours of
    boxes mean that have their own.
    """

    title: str
    boxes: Mapping[str, Box]
    contents: tuple[Frame | str, ...]
    arrows: tuple[Arrow, ...]
    exits: tuple[Exit, ...] = ()
    legend: Mapping[str, str] = field(default_factory=dict)

    def is_ghostly(self, tail: str, head: str) -> bool:
        """Whether a line begins or ends at a ghost; an end may be no box."""
        ends = (self.boxes.get(each) for each in (tail, head))
        return any(end is not None and end.is_ghost for end in ends)
