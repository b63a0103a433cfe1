"""Copies of a repeat told as one: the modules that cost otherwise, and tensors by their fate."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import reduce
from typing import NamedTuple, TypeVar

from archspec.diffs.impact.checkpoint import Checkpoint, Shape, TensorPair
from archspec.diffs.impact.cost import Delta, PartDelta
from archspec.diffs.report import wording

MOST_TENSORS = 10
"""Tensors that a report lists; it counts the others."""

_Told = TypeVar("_Told")
_INDEX = re.compile(r"\.\d+(?=\.|$)")


def starred(path: str) -> str:
    """Write a path with a star for the number of each copy: ``block.*.conv``."""
    return _INDEX.sub(".*", path)


class PartRow(NamedTuple):
    """A module, or all copies of one that changed alike: its name, its cost, its first path."""

    name: str
    delta: Delta
    path: str


def parts(listed: Iterable[PartDelta]) -> list[PartRow]:
    """List modules, copies with the same change as one; their costs are added up."""
    groups = alike(listed, lambda part: (starred(part.old), starred(part.new), part.delta))
    return [_row(group) for group in groups]


def _row(group: Sequence[PartDelta]) -> PartRow:
    first = group[0]
    name = wording.row(first)
    if len(group) > 1:
        name = f"{starred(name)} ({len(group):,} copies)"
    return PartRow(name, reduce(Delta.plus, (part.delta for part in group)), first.new)


class Fate(NamedTuple):
    """Tensors of one fate: how many there are, the first of them, and how many are left out."""

    name: str
    total: int
    lines: list[str]
    more: int


def tensors(checkpoint: Checkpoint) -> Iterator[Fate]:
    """List the tensors that do not stay, at most ten lines for all fates together."""
    found = [(name, groups) for name, groups in _fates(checkpoint) if groups]
    room = MOST_TENSORS
    for left, (name, groups) in zip(range(len(found), 0, -1), found, strict=True):
        shown = groups[: -(-room // left)]
        room -= len(shown)
        count, told = (sum(map(len, each)) for each in (groups, shown))
        yield Fate(name, count, [_line(group) for group in shown], count - told)


_Tensor = tuple[str, str]
"""What is said of a tensor before and after the count of its copies."""


def _fates(checkpoint: Checkpoint) -> Iterator[tuple[str, list[list[_Tensor]]]]:
    told = (
        ("moved", map(_moved, checkpoint.moved)),
        ("reshaped", map(_reshaped, checkpoint.reshaped)),
        ("new", _made(checkpoint.new.items())),
        ("dropped", _made(checkpoint.dropped.items())),
    )
    for name, each in told:
        yield name, alike(each, lambda tensor: (starred(tensor[0]), tensor[1]))


def _line(group: Sequence[_Tensor]) -> str:
    name, shape = group[0]
    if len(group) == 1:
        return f"{name}: {shape}"
    return f"{starred(name)}: {shape} ({len(group):,} copies)"


def _moved(pair: TensorPair) -> _Tensor:
    return f"{pair.old} -> {pair.new}", _shape(pair.new_shape)


def _reshaped(pair: TensorPair) -> _Tensor:
    return pair.new, f"{_shape(pair.old_shape)} -> {_shape(pair.new_shape)}"


def _made(named: Iterable[tuple[str, Shape]]) -> Iterator[_Tensor]:
    return ((name, _shape(shape)) for name, shape in named)


def _shape(shape: Shape) -> str:
    return "x".join(map(str, shape))


def alike(items: Iterable[_Told], key: Callable[[_Told], Hashable]) -> list[list[_Told]]:
    """Group what has the same key, in the order of the first of each."""
    found: dict[Hashable, list[_Told]] = {}
    for each in items:
        found.setdefault(key(each), []).append(each)
    return list(found.values())
