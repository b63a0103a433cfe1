"""The structure of a list: branches that meet in a merge, residuals and what follows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from archspec.graph import Graph
from archspec.operator import operators
from archspec.operators.merge import Add
from archspec.operators.scale import Scale
from archspec.raising.dominators import ENTRY, immediate_dominators
from archspec.raising.layering import ACTIVATION, Usual
from archspec.raising.pieces import Merge, Placed, Residual, Simple, Steps, Values
from archspec.raising.repeats import repeated


@dataclass
class Structuring:
    """Folds the items of a list, by the values that they give, until no merge can be folded.

    ``leaving`` are values that are used outside the list.
    """

    graph: Graph
    items: dict[str, Placed]
    leaving: frozenset[str]
    usual: Usual
    users: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.items.values():
            self._read_by(item)

    def _read_by(self, item: Placed) -> None:
        for source in item.sources:
            self.users.setdefault(source, set()).add(item.value)

    def folded(self) -> tuple[Placed, ...]:
        """Join layers, then fold merges from the first to the last."""
        for value in tuple(self.items):
            self._join(value)
        dominators = immediate_dominators({each.value: each.sources for each in self})
        for value in tuple(self.items):
            item = self.items.get(value)
            word = _merging(item) if item else ""
            if item and word and dominators[value] != ENTRY:
                self._fold(item, word, dominators[value])
        return tuple(self)

    def __iter__(self) -> Iterator[Placed]:
        """Yield the items in order."""
        return iter(tuple(self.items.values()))

    def _join(self, value: str) -> None:
        """Join an item to the layer whose only reader it is."""
        second = self.items[value]
        first = self._only_read_by(second)
        if first is None or not isinstance(second.piece, Simple):
            return
        piece = self._joined(first.piece, second.piece)
        if piece is not None:
            self._replace(
                second, Placed(piece, value, first.sources, first.size + 1), {first.value}
            )

    def _joined(self, first: object, second: Simple) -> Simple | Residual | None:
        if isinstance(first, Simple):
            return self.usual.joined(first, second)
        if not isinstance(first, Residual) or first.values[ACTIVATION] != "none":
            return None
        if not self.usual.is_usual(second, ACTIVATION):
            return None
        values = {**first.values, ACTIVATION: second.word}
        return Residual(values, first.shortcut, first.body, (*first.nodes, *second.nodes))

    def _only_read_by(self, item: Placed) -> Placed | None:
        """Return the item that gives the only source of an item and is read by nothing else."""
        source = item.sources[0] if len(item.sources) == 1 else ""
        is_alone = self.users.get(source) == {item.value} and source not in self.leaving
        return self.items.get(source) if is_alone else None

    def _fold(self, merge: Placed, word: str, start: str) -> None:
        """Make a merge and what lies between it and its dominator one item, where that can be."""
        branches = [self._back(source, start) for source in merge.sources]
        if not self._is_foldable(merge, branches, start):
            return
        skips = operators()[word].concatenates and not all(branches)
        if skips and self._changes_grid(start, set().union(*branches)):
            return
        lists = tuple(self._steps(branch, start) for branch in branches)
        size = 1 + sum(each.size for each in lists)
        folded = Placed(residual(word, lists, merge.value), merge.value, (start,), size)
        self._replace(merge, folded, set().union(*branches))
        if self._is_read_once(merge.value):
            self._join(*self.users[merge.value])

    def _is_foldable(self, merge: Placed, branches: list[set[str]], start: str) -> bool:
        """Whether branches share nothing, and nothing in them is read elsewhere."""
        inner = set().union(*branches)
        readers = {merge.value, *inner}
        is_disjoint = len(inner) == sum(map(len, branches)) and merge.sources.count(start) < 2
        is_private = all(self.users[value] <= readers for value in inner)
        return is_disjoint and is_private and not inner & self.leaving

    def _changes_grid(self, start: str, inner: set[str]) -> bool:
        """Whether a skip connection crosses resolutions, as in a U-Net, whose steps have names."""
        grid = self.graph.type_of(start).shape[:-1]
        return any(self.graph.type_of(value).shape[:-1] != grid for value in inner)

    def _back(self, value: str, start: str) -> set[str]:
        """Collect the values between ``start`` and a value, the latter included."""
        found: set[str] = set()
        waiting = [value]
        while waiting:
            each = waiting.pop()
            if each != start and each not in found:
                found.add(each)
                waiting.extend(self.items[each].sources)
        return found

    def _steps(self, values: set[str], start: str) -> Steps:
        return self.repeated(Steps(tuple(each for each in self if each.value in values), start))

    def repeated(self, steps: Steps) -> Steps:
        """Join equal neighbours in a list of these items."""
        return repeated(steps, self._is_read_once)

    def _is_read_once(self, value: str) -> bool:
        return len(self.users.get(value, ())) == 1 and value not in self.leaving

    def _replace(self, old: Placed, new: Placed, gone: set[str]) -> None:
        """Put an item in the place of another, and take away what has become part of it."""
        for value in (*gone, old.value):
            for source in self.items[value].sources:
                self.users[source].discard(value)
        for value in gone:
            del self.items[value]
            self.users.pop(value, None)
        self.items[old.value] = new
        self._read_by(new)


def _merging(item: Placed) -> str:
    """Return the word of a merge of several values that has no branches yet; else nothing."""
    piece = item.piece
    if not isinstance(piece, Simple) or len(item.sources) < 2:
        return ""
    return piece.word if operators()[piece.word].role == "merge" else ""


def residual(word: str, branches: tuple[Steps, ...], node: str) -> Merge | Residual:
    """Return a sum of two ways as a residual, whose body is the longer way; else a merge."""
    if word != Add.word or len(branches) != 2:
        return Merge(word, branches, node)
    shortcut, body = sorted(branches, key=lambda each: each.size)
    values: Values = {"scale": 1, ACTIVATION: "none"}
    *before, last = body.contents
    is_scale = isinstance(last.piece, Simple) and last.piece.word == Scale.word
    factor = last.piece.values["factor"] if isinstance(last.piece, Simple) and is_scale else 1
    if factor == 1 or not before:  # a residual with the scale 1 multiplies nothing
        return Residual(values, shortcut, body, (node,))
    scaled = {**values, "scale": factor}
    return Residual(scaled, shortcut, Steps(tuple(before), body.arriving), (last.value, node))
