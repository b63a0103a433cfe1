"""The tree of one use of a module, in the words of the spec: what there is to construct.

Every fragment is a term: a symbol that uses must share to be written once, leaves in which they may
differ, and children.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from archspec.emission.lowering import Each, Leaf, Lowering, Quantity
from archspec.emission.wiring import Starts, Wiring


@dataclass(frozen=True, kw_only=True)
class Fragment(ABC):
    """One thing to construct, and the things inside it.

    ``grid`` is the height and width of what it gives and ``channels`` the formula of its channels,
    both None where uses differ. Where it gives several values, ``outputs`` are the channels of each
    by its name, and the other two None.
    """

    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    children: Mapping[str, Fragment] = field(default_factory=dict)
    grid: tuple[int, ...] | None = None
    channels: Quantity | None = None
    outputs: Mapping[str, Quantity | None] = field(default_factory=dict)

    @property
    @abstractmethod
    def symbol(self) -> Hashable:
        """What fragments of one kind must share to be written once, beside their children."""

    @property
    def reads_one_value(self) -> bool:
        """Whether all that is inside starts from the one value that arrives, or from each other."""
        return True

    @property
    def is_callable(self) -> bool:
        """Whether it is a function of one value, so that a module by itself can stand for it."""
        if self.outputs:
            return False
        return self.reads_one_value and all(child.is_callable for child in self.children.values())

    def wired_like(self, model: Self) -> Self:
        """Read what a fragment of the same kinds reads, at any depth."""
        children = {
            name: child.wired_like(model.children[name]) for name, child in self.children.items()
        }
        return replace(self, children=children)

    def replace_leaves(self, change: Callable[[Leaf], Leaf]) -> Self:
        """Change every leaf, at any depth."""
        return replace(
            self,
            leaves={name: change(leaf) for name, leaf in self.leaves.items()},
            children={name: child.replace_leaves(change) for name, child in self.children.items()},
            channels=self.channels and _quantity(change(self.channels)),
            outputs={name: each and _quantity(change(each)) for name, each in self.outputs.items()},
        )

    @property
    def names(self) -> frozenset[str]:
        """The names that its formulas speak of, at any depth."""
        leaves = [leaf for each in self.walk() for leaf in each.leaves.values()]
        return frozenset(name for leaf in leaves for name in _names(leaf))

    def walk(self) -> Iterator[Fragment]:
        """List the fragment and everything inside it."""
        yield self
        for child in self.children.values():
            yield from child.walk()


@dataclass(frozen=True, kw_only=True)
class Operation(Fragment):
    """One operator, which ``lowering`` constructs; its leaves are the arguments.

    ``form`` is the operator's word and whatever else decides how a backend writes it.
    """

    form: Hashable
    lowering: Lowering

    @property
    def symbol(self) -> Hashable:
        """Its form."""
        return self.form

    @property
    def reads_one_value(self) -> bool:
        """Whether it does more than join values."""
        return self.lowering.join is None

    def replace_leaves(self, change: Callable[[Leaf], Leaf]) -> Self:
        """Change every leaf, those of the wider construct as well."""
        changed = super().replace_leaves(change)
        return replace(changed, lowering=self.lowering.replace_wider(change))


@dataclass(frozen=True, kw_only=True)
class Branching(Fragment):
    """What has branches for children; ``starts`` says which of the arriving values each takes."""

    starts: Starts

    @property
    def symbol(self) -> Hashable:
        """Where its branches start."""
        return tuple(self.starts.items())

    @property
    def reads_one_value(self) -> bool:
        """Whether the branches all start from the one value that arrives."""
        return all(each == (-1,) for each in self.starts.values())

    def wired_like(self, model: Self) -> Self:
        """Start the branches where those of the model start."""
        return replace(super().wired_like(model), starts=model.starts)


@dataclass(frozen=True, kw_only=True)
class MergeBlock(Branching, Operation):
    """An operator that joins what its branches give."""

    @classmethod
    def of(
        cls, operation: Operation, starts: Starts, branches: Mapping[str, Fragment]
    ) -> MergeBlock:
        """Give an operation branches."""
        return cls(
            form=operation.form,
            lowering=operation.lowering,
            starts=starts,
            leaves=operation.leaves,
            children=branches,
            grid=operation.grid,
            channels=operation.channels,
        )

    @property
    def symbol(self) -> Hashable:
        """Its form, and where its branches start."""
        return self.form, tuple(self.starts.items())


@dataclass(frozen=True, kw_only=True)
class ResidualBlock(Branching):
    """A body and a shortcut that are added up.

    Its leaves are the ``scale`` of the body and the ``activation`` of the sum.
    """


@dataclass(frozen=True, kw_only=True)
class LayerChain(Fragment):
    """A layer: its operators in a row, and the ``activation``, a leaf, behind them.

    ``word`` is what the spec calls it. ``shared`` lists which arguments of its operators are the
    channels that another argument gives: operator and argument, and the two that give it.
    """

    word: str | None
    shared: tuple[tuple[str, str, str, str], ...]

    @property
    def symbol(self) -> Hashable:
        """Its word, and which of its arguments are one."""
        return self.word, self.shared


@dataclass(frozen=True, kw_only=True)
class DefinitionCall(Fragment):
    """A use of a definition, of which this is the key; its leaves are what it passes."""

    definition: str

    @property
    def symbol(self) -> Hashable:
        """The definition."""
        return self.definition


@dataclass(frozen=True, kw_only=True)
class RepeatCopies(Fragment):
    """The copies of a repeat, one by one; its leaf ``times`` says how many there are.

    Those that are ``alike`` become one copy in a loop.
    """

    alike: bool

    @property
    def symbol(self) -> Hashable:
        """Whether its copies are alike."""
        return self.alike


@dataclass(frozen=True, kw_only=True)
class RepeatLoop(Fragment):
    """The ``copy`` of a repeat, its child if any use has one, done as many ``times``, its leaf.

    ``index`` is the variable that counts, for formulas to speak of.
    """

    index: str

    @property
    def symbol(self) -> Hashable:
        """The variable that counts."""
        return self.index


@dataclass(frozen=True, kw_only=True)
class StepList(Fragment):
    """A list of steps, its children, and who reads what among them."""

    wiring: Wiring

    @property
    def symbol(self) -> Hashable:
        """Who reads what."""
        return self.wiring

    @property
    def reads_one_value(self) -> bool:
        """Whether each step takes what the one before it gives."""
        return self.wiring.is_chain

    def wired_like(self, model: Self) -> Self:
        """Read what the steps of the model read."""
        return replace(super().wired_like(model), wiring=model.wiring)


def _names(leaf: Leaf) -> Iterator[str]:
    if leaf.formula is not None:
        yield from leaf.formula.names
    for item in leaf.items if isinstance(leaf, Each) else ():
        yield from _names(item)


def _quantity(leaf: Leaf) -> Quantity | None:
    return leaf if isinstance(leaf, Quantity) else None


def numbered(copies: Mapping[int, Fragment], carried: int, others: int) -> dict[str, Fragment]:
    """Call copies by number, from zero on; a list without steps stands for each that is gone.

    Every copy is given the values that are ``carried`` on, and ``others``.
    """
    carries = tuple(range(-1, -1 - carried, -1))
    gone = StepList(wiring=Wiring(carried + others, (), carries, ()))
    return {str(index): copies.get(index, gone) for index in range(max(copies, default=-1) + 1)}


def shared_channels(children: Mapping[str, Fragment]) -> tuple[tuple[str, str, str, str], ...]:
    """List which arguments of a layer's operators are the channels that another argument gives."""
    first: dict[int, tuple[str, str]] = {}
    shared = []
    for word, child in children.items():
        for argument, leaf in child.leaves.items():
            earlier = first.setdefault(id(leaf), (word, argument))
            if earlier != (word, argument):
                shared.append((word, argument, *earlier))
    return tuple(shared)
