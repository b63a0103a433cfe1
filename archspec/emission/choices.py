"""Activations that options choose: what an option is in one use of a module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from archspec.emission.formula import Formula
from archspec.emission.fragments import Fragment
from archspec.emission.lowering import Leaf, Quantity
from archspec.operator import Operator, operators

F = TypeVar("F", bound=Fragment)


def is_choice(leaf: Leaf) -> bool:
    """Whether a leaf is an activation, or the lack of one."""
    return isinstance(leaf, Quantity) and (leaf.value is None or isinstance(leaf.value, Operator))


def chosen(body: Fragment, argument: str) -> Quantity | None:
    """Find the activation that an argument chooses in one use, if it chooses any."""
    return next((leaf for name, leaf in _choices(body) if str(name) == argument), None)


def as_choices(leaves: Iterable[Leaf]) -> tuple[Leaf, ...]:
    """Replace words of activations by operators, as for a use whose repeat has no copies."""
    return tuple(map(_as_choice, leaves))


def _as_choice(leaf: Leaf) -> Leaf:
    if not isinstance(leaf, Quantity) or not isinstance(leaf.value, str):
        return leaf
    return Quantity(None if leaf.value == "none" else operators()[leaf.value]())


def consistent(body: F) -> F:
    """Drop the formula of an option that stands for several activations which differ."""
    found: dict[Formula, set[Operator | None]] = {}
    for name, leaf in _choices(body):
        found.setdefault(name, set()).add(leaf.value)
    ambiguous = {name for name, values in found.items() if len(values) > 1}
    if not ambiguous:
        return body
    return body.replace_leaves(
        lambda leaf: Quantity(leaf.value) if is_choice(leaf) and leaf.formula in ambiguous else leaf  # type: ignore[union-attr]
    )


def choose_alike(one: Fragment, other: Fragment) -> bool:
    """Whether two fragments of one structure have the same activations."""
    return list(_activations(one)) == list(_activations(other))


def _activations(body: Fragment) -> Iterator[Operator | None]:
    leaves = (leaf for each in body.walk() for leaf in each.leaves.values())
    return (leaf.value for leaf in leaves if isinstance(leaf, Quantity) and is_choice(leaf))


def _choices(body: Fragment) -> Iterator[tuple[Formula, Quantity]]:
    for each in body.walk():
        for leaf in each.leaves.values():
            if isinstance(leaf, Quantity) and leaf.formula is not None and is_choice(leaf):
                yield leaf.formula, leaf
