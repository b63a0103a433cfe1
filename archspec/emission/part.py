"""The tree of one use of a module, in the words of the spec: what there is to construct."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from archspec.emission.formula import Formula
from archspec.emission.lowering import Each, Leaf, Lowering, Quantity


class Role(Enum):
    """What a part stands for."""

    OPERATION = auto()
    LAYER = auto()
    CALL = auto()
    MERGE = auto()
    RESIDUAL = auto()
    REPEAT = auto()
    UNROLLED = auto()
    STEPS = auto()


@dataclass(frozen=True)
class Wiring:
    """Who reads what in a list of steps.

    A reference is the place of a step in the list, or below zero ``-1 - n`` for the n-th value that
    arrives from outside. ``outputs`` are the values that leave.
    """

    arrivals: int
    reads: tuple[tuple[int, ...], ...]
    outputs: tuple[int, ...]

    def is_read(self, place: int) -> bool:
        """Whether anything takes the value of a step."""
        return place in self.outputs or any(place in read for read in self.reads)

    @property
    def is_chain(self) -> bool:
        """Whether each step takes what the one before it gives, and nothing else is read."""
        chained = all(read == (index - 1,) for index, read in enumerate(self.reads))
        return self.arrivals == 1 and chained and self.outputs == (len(self.reads) - 1,)

    def flows_on(self, place: int) -> bool:
        """Whether nothing but the next step, or the end of the list, reads what a step gives."""
        readers = {later for later, read in enumerate(self.reads) if place in read}
        if place in self.outputs:
            return place == len(self.reads) - 1 and self.outputs == (place,)
        return readers == {place + 1}

    def read_after(self, place: int) -> frozenset[int]:
        """List what is read after a step, or leaves."""
        later = {reference for read in self.reads[place + 1 :] for reference in read}
        return frozenset((*later, *self.outputs))


@dataclass(frozen=True)
class Part:
    """One thing to construct, and the things inside it.

    ``key`` is what all uses of a module must share, ``leaves`` are what may differ. ``grid`` is the
    height and width of what it gives and ``channels`` the formula of its channels, both None where
    uses differ.
    """

    role: Role
    key: Hashable
    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    children: Mapping[str, Part] = field(default_factory=dict)
    lowering: Lowering | None = None
    wiring: Wiring | None = None
    grid: tuple[int, ...] | None = None
    channels: Quantity | None = None

    @property
    def is_callable(self) -> bool:
        """Whether it is a function of one value, so that a module by itself can stand for it."""
        if self.wiring is not None and not self.wiring.is_chain:
            return False
        if self.lowering is not None and self.lowering.join is not None and not self.children:
            return False
        return self.reads_one_value and all(child.is_callable for child in self.children.values())

    @property
    def reads_one_value(self) -> bool:
        """Whether the branches of a merge or residual all start from the one value that arrives."""
        if self.role not in (Role.MERGE, Role.RESIDUAL):
            return True
        return all(each == (-1,) for each in self.starts.values())

    @property
    def starts(self) -> Mapping[str, tuple[int, ...]]:
        """For each branch, which of the arriving values it takes."""
        assert isinstance(self.key, tuple)
        return dict(self.key[-1])

    def replace_leaves(self, change: Callable[[Leaf], Leaf]) -> Part:
        """Change every leaf, at any depth."""
        return replace(
            self,
            leaves={name: change(leaf) for name, leaf in self.leaves.items()},
            children={name: child.replace_leaves(change) for name, child in self.children.items()},
            lowering=self.lowering and self.lowering.replace_wider(change),
            channels=self.channels and _quantity(change(self.channels)),
        )

    @property
    def names(self) -> frozenset[str]:
        """The names that its formulas speak of, at any depth."""
        leaves = [leaf for each in self.walk() for leaf in each.leaves.values()]
        return frozenset(name for leaf in leaves for name in _names(leaf))

    def walk(self) -> Iterator[Part]:
        """List the part and everything inside it."""
        yield self
        for child in self.children.values():
            yield from child.walk()


def _names(leaf: Leaf) -> Iterator[str]:
    if leaf.formula is not None:
        yield from leaf.formula.names
    for item in leaf.items if isinstance(leaf, Each) else ():
        yield from _names(item)


def _quantity(leaf: Leaf) -> Quantity | None:
    return leaf if isinstance(leaf, Quantity) else None


def substitute(leaf: Leaf, formulas: Mapping[str, Formula]) -> Leaf:
    """Put formulas in the place of some names."""
    kept = {name: Formula({(name,): 1}) for name in (leaf.formula.names if leaf.formula else ())}
    formula = leaf.formula and leaf.formula.substitute({**kept, **formulas})
    if isinstance(leaf, Each):
        items = tuple(substitute(item, formulas) for item in leaf.items)
        return Each(items, leaf.variable, formula)
    return Quantity(leaf.value, formula)


def told_apart(copies: Sequence[Part], mixed: Sequence[bool]) -> list[Part]:
    """Wire copies of a repeat alike, which tells apart values that are one value in some of them.

    ``mixed`` says of each copy that it is given one of the values from outside by the copy before
    it, so that its own wiring cannot tell the two apart.
    """
    models = [copy for copy, is_mixed in zip(copies, mixed, strict=True) if not is_mixed]
    if not models:
        return list(copies)
    return [
        wired_like(copy, models[0]) if is_mixed and _is_alike(copy, models[0]) else copy
        for copy, is_mixed in zip(copies, mixed, strict=True)
    ]


def _is_alike(part: Part, model: Part) -> bool:
    """Whether two parts differ in nothing but in who reads what."""
    pairs = zip(part.children.items(), model.children.items(), strict=False)
    return (
        part.role is model.role
        and len(part.children) == len(model.children)
        and all(name == other and _is_alike(one, two) for (name, one), (other, two) in pairs)
    )


def wired_like(part: Part, model: Part) -> Part:
    """Wire a part as another one is."""
    children = {
        name: wired_like(child, model.children[name]) for name, child in part.children.items()
    }
    return replace(part, key=model.key, wiring=model.wiring, children=children)
