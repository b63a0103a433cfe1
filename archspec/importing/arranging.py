"""Views and permutations: another layout of the same numbers, or the operator that they write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from archspec.graph import Wire
from archspec.importing.imported import Wordless
from archspec.importing.layout import CHANNELS, Dimension, flat, reshaped
from archspec.importing.values import Form, Value, layout_of
from archspec.operator import Operator
from archspec.operators.channels import ChannelShuffle
from archspec.operators.grid import Flatten


class Adder(Protocol):
    """A call that adds operators to a network."""

    def add(self, op: Operator, *sources: Wire) -> Wire:
        """Add an operator."""


def viewed(call: Adder, value: Value, shape: Sequence[int]) -> Value:
    """View a tensor in another shape, the batch left out; raise ``Wordless``."""
    layout = reshaped(value.layout, shape)
    if layout is None:
        raise Wordless(f"it makes {tuple(shape)} of a {value.form.name.lower()}")
    return _arranged(call, value.laid(layout))


def permuted(call: Adder, value: Value, order: Sequence[int]) -> Value:
    """Put the dimensions of a tensor into another order; raise ``Wordless``."""
    axes = [axis % value.rank for axis in order]
    if axes[0] != 0:
        raise Wordless("it moves the batch")
    return _arranged(call, value.laid(tuple(value.layout[axis - 1] for axis in axes[1:])))


def _arranged(call: Adder, value: Value) -> Value:
    if value.form is not Form.PARTED:
        return value
    found = _arrangement(value)
    if found is None:
        return value
    op, form = found
    return Value(call.add(op, value.wire), form)


def _arrangement(value: Value) -> tuple[Operator, Form] | None:
    """Return the operator that a layout writes, and the form of what it gives."""
    layout, kind = value.layout, value.wire.type
    if not kind.is_map:
        return None
    as_map = layout_of(Form.MAP, kind)
    if layout == (flat(as_map),):
        return Flatten(), Form.VECTOR
    groups = _shuffled(layout[0]) if layout[1:] == as_map[1:] else 0
    return (ChannelShuffle(groups=groups), Form.MAP) if groups else None


def _shuffled(dimension: Dimension) -> int:
    """Return how many groups of channels a dimension takes in turn; 0 if it does not."""
    if len(dimension) != 2 or any(run.axis != CHANNELS for run in dimension):
        return 0
    inner, groups = dimension
    return groups.size if (inner.step, groups.step) == (1, inner.size) else 0
