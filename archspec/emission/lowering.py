"""Lowering: a backend's rule takes one use of an operator, and returns what to construct."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, NamedTuple, TypeVar

from archspec.emission.formula import Formula, number
from archspec.emission.python import Code
from archspec.operator import Operator
from archspec.tensor import TensorType

O_co = TypeVar("O_co", bound=Operator, covariant=True)


class Quantity(NamedTuple):
    """A value, and the formula that its author wrote for it in the names of the enclosing module.

    Without a formula, it is a constant. An operator stands for the activation of its word, ``None``
    for no activation.
    """

    value: Any
    formula: Formula | None = None

    def map(
        self, value: Callable[[Any], Any], formula: Callable[[Formula], Formula | None]
    ) -> Quantity:
        """Apply a function to the value, and one to the formula if there is one."""
        return Quantity(value(self.value), None if self.formula is None else formula(self.formula))


class Each(NamedTuple):
    """A value that differs between the copies of a loop over ``variable``: a leaf for each copy.

    A formula names the argument that lists them; the items are then those of one use.
    """

    items: tuple[Quantity | Each, ...]
    variable: str
    formula: Formula | None = None

    def passed(self) -> Each:
        """Return the plain values, for a call: names inside the definition mean nothing there."""
        items = [
            item.passed() if isinstance(item, Each) else Quantity(item.value) for item in self.items
        ]
        return Each(tuple(items), "")


Leaf = Quantity | Each


def substitute(leaf: Leaf, formulas: Mapping[str, Formula]) -> Leaf:
    """Substitute formulas for some free variables."""
    kept = {name: Formula({(name,): 1}) for name in (leaf.formula.names if leaf.formula else ())}
    formula = leaf.formula and leaf.formula.substitute({**kept, **formulas})
    if isinstance(leaf, Each):
        items = tuple(substitute(item, formulas) for item in leaf.items)
        return Each(items, leaf.variable, formula)
    return Quantity(leaf.value, formula)


def constant(value: Any) -> Quantity:
    """Make the quantity of a constant; a number is its own formula."""
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return Quantity(value, number(value) if plain else None)


def pair(sizes: tuple[int, int]) -> int | tuple[int, int]:
    """Write two equal sizes as one."""
    return sizes[0] if sizes[0] == sizes[1] else sizes


@dataclass(frozen=True)
class Use(Generic[O_co]):
    """One use of an operator: its types, its attributes, and the channels of its inputs.

    ``may_overwrite`` says that its input is dead afterwards: no other node reads it, and its
    producer does not need it for the backward pass.
    """

    op: O_co
    inputs: tuple[TensorType, ...]
    output: TensorType
    attributes: Mapping[str, Quantity]
    channels: tuple[Quantity, ...]
    may_overwrite: bool = False

    def __getitem__(self, attribute: str) -> Quantity:
        return self.attributes[attribute]

    @property
    def x(self) -> TensorType:
        """The type of the first input."""
        return self.inputs[0]


def _quantity(leaf: Leaf) -> Quantity:
    assert isinstance(leaf, Quantity)
    return leaf


@dataclass(frozen=True)
class Lowering:
    """What to construct for one use of an operator, and with which arguments.

    ``named`` arguments that equal their ``defaults`` are left out. Those that are ``usual`` get the
    most common value as default where a layer is outlined. ``ordered`` says that they may also be
    passed by position, ``in_place`` that the construct overwrites its input. ``join`` writes a
    merge of values as an expression. ``fuses`` are the words of activations that the construct
    computes along, given that name. ``wider`` is a more general construct with the same result,
    for uses that this one does not cover.
    """

    construct: str
    positional: Mapping[str, Quantity] = field(default_factory=dict)
    named: Mapping[str, Quantity] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    usual: frozenset[str] = frozenset()
    ordered: bool = False
    in_place: bool = False
    fuses: frozenset[str] = frozenset()
    join: Callable[[Sequence[str]], Code] | None = None
    wider: Lowering | None = None

    def replace_wider(self, change: Callable[[Leaf], Leaf]) -> Lowering:
        """Change every leaf of the wider construct."""
        if self.wider is None:
            return self
        positional, named = (
            {name: _quantity(change(leaf)) for name, leaf in leaves.items()}
            for leaves in (self.wider.positional, self.wider.named)
        )
        return replace(self, wider=replace(self.wider, positional=positional, named=named))

    @property
    def form(self) -> tuple[str, ...]:
        """What uses must share to have one construct: the widest one and its arguments."""
        widest = self.wider or self
        return (widest.construct, *widest.positional, *widest.named)


def constructing(construct: str, *attributes: str) -> Callable[[Use[Any]], Lowering]:
    """Make the rule that lowers every use to one construct, with attributes in this order."""
    return lambda use: Lowering(construct, {name: use[name] for name in attributes})
