"""The structure of a list: branches that meet in a merge, residuals and what follows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

from archspec.graph import Graph
from archspec.operator import operators
from archspec.operators.merge import Add
from archspec.operators.scale import Scale
from archspec.raising.dominators import ENTRY, immediate_dominators
from archspec.raising.layering import Usual
from archspec.raising.pieces import Merge, Placed, Repeat, Residual, Simple, Steps, Use, Values
from archspec.raising.repeats import repeated

_LONGEST_OPERAND = 4
"""How many steps are written inside a merge that begin elsewhere than its other branches."""


@dataclass
class Structuring:
    """Folds the items of a list, by the values that they give, until no merge can be folded.

    ``leaving`` are values that are used outside the list. ``least`` says how many layers in a row
    are a repeat. ``users`` maps a value to the items that read it, ``homes`` to the one that gives
    it.
    """

    graph: Graph
    items: dict[str, Placed]
    leaving: frozenset[str]
    usual: Usual
    least: int = 2
    users: dict[str, set[str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.items.values():
            self.homes.update(dict.fromkeys(item.gives, item.value))
            self._read_by(item)
        self.places = {value: at for at, value in enumerate(self.homes)}

    def _read_by(self, item: Placed) -> None:
        for source in item.sources:
            self.users.setdefault(source, set()).add(item.value)

    def folded(self) -> tuple[Placed, ...]:
        """Join layers, then fold merges from the first to the last."""
        for value in tuple(self.items):
            self._join(value)
        dominators = immediate_dominators({v: each.sources for each in self for v in each.gives})
        for value in tuple(self.items):
            item = self.items.get(value)
            merging = _merging(item) if item else None
            if item and merging:
                self._fold(item, merging, dominators[value])
        return tuple(self)

    def __iter__(self) -> Iterator[Placed]:
        """Yield the items in order."""
        return iter(tuple(self.items.values()))

    def _join(self, value: str) -> None:
        """Join an item to the layer whose only reader it is."""
        second = self.items[value]
        first = self._only_read_by(second)
        if not (first and isinstance(first.piece, Simple) and isinstance(second.piece, Simple)):
            return
        piece = self.usual.joined(first.piece, second.piece)
        if piece is not None:
            self._replace(
                second, Placed(piece, value, first.sources, first.size + 1), {first.value}
            )

    def _only_read_by(self, item: Placed) -> Placed | None:
        """Return the item that gives the only source of an item and is read by nothing else."""
        source = item.sources[0] if len(item.sources) == 1 else ""
        is_alone = self.users.get(source) == {item.value} and source not in self.leaving
        return self.items.get(source) if is_alone else None

    def _fold(self, merge: Placed, piece: Simple, start: str) -> None:
        """Make a merge and what leads to it one item: all that lies behind its dominator, or less.

        A skip connection across resolutions, as in a U-Net, stays apart: its steps have names.
        """
        branches = self._branches(merge, start) if start != ENTRY else []
        if not branches:
            self._gather(merge, piece)
            return
        skips = operators()[piece.word].concatenates and not all(branches)
        if skips and self._changes_grid(start, set().union(*branches)):
            return
        lists = tuple(self._steps(branch, start) for branch in branches)
        self._put(merge, residual(piece, lists, start), (start,), set().union(*branches))

    def _put(
        self, merge: Placed, piece: Merge | Residual, sources: tuple[str, ...], inner: set[str]
    ) -> None:
        """Put a merge with branches in the place of one without and of the items inside it."""
        size = merge.size + sum(self.items[value].size for value in inner)
        self._replace(merge, Placed(piece, merge.value, sources, size), inner)

    def _branches(self, merge: Placed, start: str) -> list[set[str]]:
        """Collect the items of each branch; none where they share some or give several values."""
        is_plain = all(map(self._is_single, merge.sources)) and merge.sources.count(start) < 2
        found: list[set[str]] = []
        for source in merge.sources if is_plain else ():
            branch = self._back(source, merge.value, start)
            if branch is None:
                return []
            found.append(branch)
        return found if len(set().union(*found)) == sum(map(len, found)) else []

    def _is_single(self, value: str) -> bool:
        return value not in self.homes or len(self.items[self.homes[value]].gives) == 1

    def _changes_grid(self, start: str, inner: set[str]) -> bool:
        """Whether a skip connection crosses resolutions."""
        grid = self.graph.type_of(start).shape[:-1]
        return any(self.graph.type_of(value).shape[:-1] != grid for value in inner)

    def _back(self, value: str, merge: str, start: str) -> set[str] | None:
        """Collect the items that lead from ``start`` to an operand; None if others read one.

        Later ones come first: the readers of each are known when it is met, so that a walk
        through a tangle ends early.
        """
        found: set[str] = set()
        waiting = self._late((value,), start)
        while waiting:
            home = heappop(waiting)[1]
            if home in found:
                continue
            if not self._is_private(home, found, merge):
                return None
            found.add(home)
            for each in self._late(self.items[home].sources, start):
                heappush(waiting, each)
        return found

    def _late(self, values: tuple[str, ...], start: str) -> list[tuple[int, str]]:
        """List the items that give values, but for the start, so that later ones are smaller."""
        homes = [self.homes[each] for each in values if each != start]
        return [(-self.places[home], home) for home in homes]

    def _is_private(self, home: str, found: set[str], merge: str) -> bool:
        """Whether only a merge, and items that were found, read what an item gives."""
        given = self.items[home].gives
        readers = set().union(*(self.users.get(value, ()) for value in given))
        return readers - found <= {merge} and self.leaving.isdisjoint(given)

    def _steps(self, values: set[str], start: str) -> Steps:
        return self.repeated(Steps(tuple(each for each in self if each.value in values), start))

    def _gather(self, merge: Placed, piece: Simple) -> None:
        """Write short operands inside a merge whose operands begin with several values."""
        chains = [self._operand(source, merge) for source in merge.sources]
        named = {s for s, chain in zip(merge.sources, chains, strict=True) if not chain}
        begun = [each.sources for chain in chains for each in chain[:1]]
        if len(named) > 1 or not begun:
            return
        starts = dict.fromkeys((*named, *(value for values in begun for value in values)))
        arriving = next(iter(named), max(starts, key=lambda each: self.places.get(each, -1)))
        lists = tuple(self.repeated(Steps(chain, arriving)) for chain in chains)
        inner = {each.value for chain in chains for each in chain}
        folded = Merge(piece.word, piece.values, lists, piece.nodes, arriving)
        self._put(merge, folded, tuple(starts), inner)

    def _operand(self, value: str, merge: Placed) -> tuple[Placed, ...]:
        """Return the steps that lead from a value of several readers to an operand of a merge.

        What the list does one step after the other is no operand: it is returned as no steps.
        """
        if merge.sources.count(value) > 1:
            return ()
        chain: list[Placed] = []
        reader = merge
        while self._is_plain(value, reader) and len(chain) < _LONGEST_OPERAND:
            reader = self.items[value]
            chain.insert(0, reader)
            if len(reader.sources) != 1:
                break
            value = reader.sources[0]
        begins = all(self._is_shared(each) for each in reader.sources)
        return tuple(chain) if begins else ()

    def _is_shared(self, value: str) -> bool:
        """Whether a value is one of several that come out somewhere, or is read several times."""
        return not (value in self.items and self._is_single(value) and self._is_read_once(value))

    def _is_plain(self, value: str, reader: Placed) -> bool:
        """Whether a value is that of a step without branches, and one reader has it alone."""
        item = self.items.get(value)
        is_alone = self.users[value] == {reader.value} and value not in self.leaving
        is_plain = item is not None and isinstance(item.piece, Simple | Use | Repeat)
        return is_alone and is_plain and self._is_single(value)

    def repeated(self, steps: Steps) -> Steps:
        """Join equal neighbours in a list of these items."""
        return repeated(steps, self._is_read_once, self.least)

    def _is_read_once(self, value: str) -> bool:
        return len(self.users.get(value, ())) == 1 and value not in self.leaving

    def _replace(self, old: Placed, new: Placed, gone: set[str]) -> None:
        """Put an item in the place of another, and take away what has become part of it."""
        for value in (*gone, old.value):
            for source in self.items[value].sources:
                self.users[source].discard(value)
        for value in gone:
            for given in self.items[value].gives:
                self.users.pop(given, None)
            del self.items[value]
        self.items[old.value] = new
        self._read_by(new)


def _merging(item: Placed) -> Simple | None:
    """Return a merge of several values that has no branches yet."""
    piece = item.piece
    if not isinstance(piece, Simple) or len(item.sources) < 2:
        return None
    return piece if operators()[piece.word].role == "merge" else None


def residual(merge: Simple, branches: tuple[Steps, ...], start: str) -> Merge | Residual:
    """Return a sum of two ways as a residual, whose body is the longer way; else a merge."""
    shortcut, *_, body = sorted(branches, key=lambda each: each.size)
    if merge.word != Add.word or len(branches) != 2 or len(shortcut) >= len(body):
        return Merge(merge.word, merge.values, branches, merge.nodes, start)
    values: Values = {"scale": 1, **merge.values}
    *before, last = body.contents
    is_scale = isinstance(last.piece, Simple) and last.piece.word == Scale.word
    factor = last.piece.values["factor"] if isinstance(last.piece, Simple) and is_scale else 1
    if factor == 1 or not before:  # a residual with the scale 1 multiplies nothing
        return Residual(values, shortcut, body, merge.nodes)
    values, nodes = {**values, "scale": factor}, (last.value, *merge.nodes)
    return Residual(values, shortcut, Steps(tuple(before), body.arriving), nodes)
