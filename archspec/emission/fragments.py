"""Fragments, the intermediate representation of emission: one use of a module as a tree.

Every fragment is a term for anti-unification: a symbol that uses must share to have one definition,
leaves in which they may differ, and children.
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

    ``grid`` is the height and width of its output and ``channels`` the formula of its channels,
    both None where uses differ. With several outputs, ``outputs`` are the channels of each by its
    name, and the other two are None.
    """

    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    children: Mapping[str, Fragment] = field(default_factory=dict)
    grid: tuple[int, ...] | None = None
    channels: Quantity | None = None
    outputs: Mapping[str, Quantity | None] = field(default_factory=dict)

    @property
    @abstractmethod
    def symbol(self) -> Hashable:
        """What fragments of one type must share to have one definition, besides their children."""

    @property
    def reads_one_value(self) -> bool:
        """Whether one value enters it, and its contents read only that and each other."""
        return True

    @property
    def is_callable(self) -> bool:
        """Whether it is a function of one value, so that a single module can compute it."""
        if self.outputs:
            return False
        return self.reads_one_value and all(child.is_callable for child in self.children.values())

    def wired_like(self, model: Self) -> Self:
        """Take over the wiring of a fragment of the same structure, at any depth."""
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
        """The free variables of its formulas, at any depth."""
        leaves = [leaf for each in self.walk() for leaf in each.leaves.values()]
        return frozenset(name for leaf in leaves for name in _names(leaf))

    def walk(self) -> Iterator[Fragment]:
        """List the fragment and everything inside it, in preorder."""
        yield self
        for child in self.children.values():
            yield from child.walk()


@dataclass(frozen=True, kw_only=True)
class Operation(Fragment):
    """One operator, which ``lowering`` constructs; its leaves are the arguments.

    ``form`` is the operator's word and whatever else decides how a backend lowers it.
    """

    form: Hashable
    lowering: Lowering

    @property
    def symbol(self) -> Hashable:
        """Its form."""
        return self.form

    @property
    def reads_one_value(self) -> bool:
        """Whether it is no merge of several values."""
        return self.lowering.join is None

    def replace_leaves(self, change: Callable[[Leaf], Leaf]) -> Self:
        """Change every leaf, those of the wider construct as well."""
        changed = super().replace_leaves(change)
        return replace(changed, lowering=self.lowering.replace_wider(change))


@dataclass(frozen=True, kw_only=True)
class Branching(Fragment):
    """A fragment whose children are branches; ``starts`` says which live-ins each of them reads."""

    starts: Starts

    @property
    def symbol(self) -> Hashable:
        """Where its branches start."""
        return tuple(self.starts.items())

    @property
    def reads_one_value(self) -> bool:
        """Whether all branches start from the one value that enters."""
        return all(each == (-1,) for each in self.starts.values())

    def wired_like(self, model: Self) -> Self:
        """Start the branches where those of the model start."""
        return replace(super().wired_like(model), starts=model.starts)


@dataclass(frozen=True, kw_only=True)
class MergeBlock(Branching, Operation):
    """An operator over the outputs of its branches."""

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

    Its leaves are the ``scale`` of the body and the ``activation`` of the sum, which may overwrite
    the value of the body if it is ``free``.
    """

    free: bool


@dataclass(frozen=True, kw_only=True)
class LayerChain(Fragment):
    """A layer: its operators in a row, and the ``activation``, a leaf, behind them.

    ``word`` is that of its step. ``shared`` lists the arguments of its operators that are the same
    quantity as an earlier one: operator and argument, then those of the earlier one.
    """

    word: str | None
    shared: tuple[tuple[str, str, str, str], ...]

    @property
    def symbol(self) -> Hashable:
        """Its word, and which of its arguments are the same quantity."""
        return self.word, self.shared


@dataclass(frozen=True, kw_only=True)
class DefinitionCall(Fragment):
    """A call of the definition with this key; its leaves are the arguments.

    ``takes`` counts the values that enter it.
    """

    definition: str
    takes: int = 1

    @property
    def symbol(self) -> Hashable:
        """The definition."""
        return self.definition

    @property
    def reads_one_value(self) -> bool:
        """Whether it takes one value."""
        return self.takes == 1


@dataclass(frozen=True, kw_only=True)
class RepeatCopies(Fragment):
    """The copies of a repeat, one by one; its leaf ``times`` is their number.

    Copies that are ``alike`` are generalized to the body of a loop.
    """

    alike: bool

    @property
    def symbol(self) -> Hashable:
        """Whether its copies are alike."""
        return self.alike


@dataclass(frozen=True, kw_only=True)
class RepeatLoop(Fragment):
    """A loop: its child ``copy`` is the body, if any use has one, its leaf ``times`` the count.

    ``index`` is the induction variable, which may be free in formulas of the body.
    """

    index: str

    @property
    def symbol(self) -> Hashable:
        """The induction variable."""
        return self.index


@dataclass(frozen=True, kw_only=True)
class StepList(Fragment):
    """A list of steps, its children, and the wiring between them."""

    wiring: Wiring

    @property
    def symbol(self) -> Hashable:
        """The wiring."""
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
    """Name copies by index, from zero on; an empty list stands for each that a pass has removed.

    Every copy takes so many loop-``carried`` values, and so many ``others``.
    """
    carries = tuple(range(-1, -1 - carried, -1))
    gone = StepList(wiring=Wiring(carried + others, (), carries, ()))
    return {str(index): copies.get(index, gone) for index in range(max(copies, default=-1) + 1)}


def shared_channels(children: Mapping[str, Fragment]) -> tuple[tuple[str, str, str, str], ...]:
    """List the arguments of a layer's operators that are the same quantity as an earlier one."""
    first: dict[int, tuple[str, str]] = {}
    shared = []
    for word, child in children.items():
        for argument, leaf in child.leaves.items():
            earlier = first.setdefault(id(leaf), (word, argument))
            if earlier != (word, argument):
                shared.append((word, argument, *earlier))
    return tuple(shared)
