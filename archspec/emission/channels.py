"""The channels of values, as formulas in the names of the enclosing module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from archspec.emission import formula as formulas
from archspec.emission.formula import Formula, Inexpressible, choose, number
from archspec.emission.lowering import Leaf, Quantity
from archspec.graph import Node


def left_by(node: Node, found: Mapping[str, Quantity], arriving: tuple[Quantity, ...]) -> Quantity:
    """Find the channels of what a node gives: written, or computed from those that arrive."""
    for name in ("filters", "units"):
        if name in found:
            return found[name]
    value = node.output.channels
    computed = _COMPUTED.get(node.op.word)
    if computed is not None:
        return Quantity(value, computed(node, found, arriving))
    return next((each for each in arriving if each.value == value), Quantity(value))


def _concat(
    node: Node, found: Mapping[str, Quantity], arriving: tuple[Quantity, ...]
) -> Formula | None:
    total = formulas.number(0)
    for each in arriving:
        if each.formula is None:
            return None
        total = total.plus(each.formula)
    return total


def _slice(
    node: Node, found: Mapping[str, Quantity], arriving: tuple[Quantity, ...]
) -> Formula | None:
    start, stop = (
        each.formula or formulas.number(each.value) for each in (found["start"], found["stop"])
    )
    return stop.minus(start)


def _flatten(
    node: Node, found: Mapping[str, Quantity], arriving: tuple[Quantity, ...]
) -> Formula | None:
    cells = node.inputs[0].size // node.inputs[0].channels
    return arriving[0].formula and arriving[0].formula.times(formulas.number(cells))


_COMPUTED = {"concat": _concat, "slice": _slice, "flatten": _flatten}


def behind(given: Sequence[Quantity], times: Quantity) -> Quantity:
    """Find the channels behind copies that are counted and each add the same amount."""
    formulas = [each.formula for each in given if each.formula is not None]
    last = given[-1]
    if times.formula is None or times.formula.constant is not None or len(formulas) < 3:
        return last
    steps = {after.minus(before) for before, after in pairwise(formulas)}
    if len(formulas) < len(given) or len(steps) > 1:
        return last
    return Quantity(last.value, formulas[0].plus(times.formula.times(steps.pop())))


def formula_of(quantity: Quantity) -> Formula:
    """Find the formula of some channels; a number is one."""
    return quantity.formula or number(quantity.value)


def behind_any(given: Sequence[Quantity], times: Quantity) -> Quantity:
    """Find the channels behind any number of copies that take the same from the second on."""
    first, last = given[0], given[-1]
    if times.formula is None or formula_of(first) == formula_of(last):
        return last
    return Quantity(last.value, choose(times.formula, formula_of(first), formula_of(last)))


def translated(channels: Quantity, given: Mapping[str, Leaf]) -> Quantity:
    """Write the channels that a module gives in the names of the place where it is used."""
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
