"""The channels of values, as formulas in the names of the enclosing module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from archspec.emission.formula import Formula, Inexpressible, choose, name, number
from archspec.emission.lowering import Leaf, Quantity, constant
from archspec.graph import Node

_UNKNOWN = name("?")
"""Stands for channels without a formula, and spoils every formula computed from it."""


def left_by(node: Node, found: Mapping[str, Quantity], arriving: tuple[Quantity, ...]) -> Quantity:
    """Find the channels of a node's output: an attribute, or computed from those of its inputs."""
    op, value = node.op, node.output.channels
    if len(op.sets_channels) == 1:
        return found[op.sets_channels[0]]
    said = {attribute: formula_of(found[attribute]) for attribute in op.sets_channels}
    given = [each.formula or _UNKNOWN for each in arriving]
    formula = op.output_channels(said, given, *node.inputs)
    if formula is None:
        return next((each for each in arriving if each.value == value), Quantity(value))
    if isinstance(formula, int):
        return constant(formula)
    return Quantity(value, None if "?" in formula.names else formula)


def behind(given: Sequence[Quantity], times: Quantity) -> Quantity:
    """Find the channels after a number of copies that each add the same amount."""
    formulas = [each.formula for each in given if each.formula is not None]
    last = given[-1]
    if times.formula is None or times.formula.constant is not None or len(formulas) < 3:
        return last
    steps = {after - before for before, after in pairwise(formulas)}
    if len(formulas) < len(given) or len(steps) > 1:
        return last
    return Quantity(last.value, formulas[0] + times.formula * steps.pop())


def formula_of(quantity: Quantity) -> Formula:
    """Return the formula of channels; a number is its own."""
    return quantity.formula or number(quantity.value)


def behind_any(given: Sequence[Quantity], times: Quantity) -> Quantity:
    """Find the channels after any number of copies, from the second on of which they stay."""
    first, last = given[0], given[-1]
    if times.formula is None or formula_of(first) == formula_of(last):
        return last
    return Quantity(last.value, choose(times.formula, formula_of(first), formula_of(last)))


def translated(channels: Quantity, given: Mapping[str, Leaf]) -> Quantity:
    """Write the channels of a module's output in terms of the arguments of a use."""
    if channels.formula is None:
        return channels
    formulas = {}
    for argument, leaf in given.items():
        if isinstance(leaf, Quantity):
            plain = isinstance(leaf.value, int | float)
            formulas[argument] = leaf.formula or (number(leaf.value) if plain else None)
    try:
        known = {argument: formula for argument, formula in formulas.items() if formula is not None}
        return Quantity(channels.value, channels.formula.substitute(known))
    except Inexpressible:
        return Quantity(channels.value)
