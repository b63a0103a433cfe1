"""The pieces of a raised network: what becomes a step of a spec, and lists of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, Union

from archspec.attributes import Value

Values = Mapping[str, Value]


@dataclass(frozen=True)
class Simple:
    """A layer or an operator: its word, its attributes, and the nodes that it stands for."""

    word: str
    values: Values
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Merge:
    """A merge with branches, which begin with the value that arrives unless they say which.

    ``nodes`` are its own: the merge and its activation, if it has one.
    """

    word: str
    values: Values
    branches: tuple[Steps, ...]
    nodes: tuple[str, ...]
    arriving: str


@dataclass(frozen=True)
class Residual:
    """The sum of a shortcut and a scaled body, and what follows it; ``nodes`` are its own."""

    values: Values
    shortcut: Steps
    body: Steps
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """A use of a module: what it is called in the source, its path, its steps and its values.

    ``has_class`` says that the source calls others so, too, and not only this one in its place.
    Uses of the same steps have the same ``digest``.
    """

    word: str
    has_class: bool
    path: str
    steps: Steps
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    digest: int = -1


@dataclass(frozen=True)
class Repeat:
    """Several equal pieces in a row, each of which takes what the one before it gives."""

    copies: tuple[Copied, ...]


Copied: TypeAlias = Union[Simple, Merge, Residual, Use]  # noqa: UP007 - forward references
Piece: TypeAlias = Union[Copied, Repeat]  # noqa: UP007 - forward references


@dataclass(frozen=True)
class Placed:
    """A piece in a list: the value that it gives, and those that it is computed from.

    ``size`` is the number of nodes that it stands for.
    """

    piece: Piece
    value: str
    sources: tuple[str, ...]
    size: int

    @property
    def gives(self) -> tuple[str, ...]:
        """All values that it gives: several where it is a module with several outputs."""
        copy = copies_of(self.piece)[-1]
        return copy.outputs if isinstance(copy, Use) else (self.value,)

    @property
    def takes(self) -> tuple[str, ...]:
        """The values that its step takes; those that its branches take by name are theirs."""
        copy = copies_of(self.piece)[0]
        is_merge = isinstance(copy, Merge) and copy.arriving
        return (copy.arriving,) if is_merge else self.sources  # type: ignore[union-attr]

    def follows(self, flow: tuple[str, ...]) -> bool:
        """Whether it takes what the step before it gives, so that it says nothing of it."""
        is_named = isinstance(self.piece, Simple) and len(self.takes) > 1
        return self.takes == flow and not is_named


@dataclass(frozen=True)
class Steps:
    """A list of steps, and the value that arrives at it; empty if several values do."""

    contents: tuple[Placed, ...]
    arriving: str

    def __iter__(self) -> Iterator[Placed]:
        """Yield the steps in order."""
        return iter(self.contents)

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self.contents)

    @property
    def size(self) -> int:
        """The number of nodes."""
        return sum(each.size for each in self.contents)


def nodes_of(steps: Steps) -> Iterator[str]:
    """Yield the nodes of a list in the order in which a spec of it is elaborated."""
    for placed in steps:
        yield from _nodes_of(placed.piece)


def _nodes_of(piece: Piece) -> Iterator[str]:
    if isinstance(piece, Simple):
        yield from piece.nodes
    elif isinstance(piece, Merge):
        for branch in piece.branches:
            yield from nodes_of(branch)
        yield from piece.nodes
    elif isinstance(piece, Residual):
        yield from nodes_of(piece.shortcut)
        yield from nodes_of(piece.body)
        yield from piece.nodes
    elif isinstance(piece, Use):
        yield from nodes_of(piece.steps)
    else:
        for copy in piece.copies:
            yield from _nodes_of(copy)


def copies_of(piece: Piece) -> tuple[Copied, ...]:
    """Return the equal pieces that a piece stands for, one unless it is a repeat."""
    return piece.copies if isinstance(piece, Repeat) else (piece,)


def lists_in(piece: Copied) -> tuple[Steps, ...]:
    """Return the lists directly inside a piece."""
    if isinstance(piece, Merge):
        return piece.branches
    if isinstance(piece, Residual):
        return piece.shortcut, piece.body
    return (piece.steps,) if isinstance(piece, Use) else ()
