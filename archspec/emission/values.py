"""Leaves as Python expressions, and predicates on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archspec.backend import Backend
from archspec.emission.definition import Argument
from archspec.emission.fragments import LayerChain, ResidualBlock
from archspec.emission.lowering import Each, Leaf, Lowering, Quantity, Use, constant
from archspec.emission.python import literal
from archspec.operator import Operator
from archspec.tensor import TensorType


def text_of(leaf: Leaf) -> str:
    """Write a value: its formula, else its number; those of copies as a tuple."""
    if leaf.formula is not None:
        return str(leaf.formula)
    if isinstance(leaf, Each):
        inner = ", ".join(map(text_of, leaf.items))
        return f"({inner},)" if len(leaf.items) == 1 else f"({inner})"
    return literal(leaf.value)


def is_just(leaf: Leaf, value: object) -> bool:
    """Whether a leaf is this constant."""
    known = leaf.formula is None or leaf.formula.constant is not None
    return isinstance(leaf, Quantity) and known and bool(leaf.value == value)


def has_scale(residual: ResidualBlock) -> bool:
    """Whether the body of a residual is scaled."""
    return not is_just(residual.leaves["scale"], 1)


def has_activation(step: LayerChain | ResidualBlock) -> bool:
    """Whether a layer or residual has an activation, or an argument that may be one."""
    return step.leaves["activation"] != Quantity(None)


def is_activation(value: object) -> bool:
    """Whether the value of a leaf is an activation, or the lack of one."""
    return value is None or isinstance(value, Operator)


def activating(backend: Backend, op: Operator) -> tuple[Lowering, Mapping[str, Leaf]]:
    """Lower an activation whose input no other node reads."""
    attributes = {word: constant(getattr(op, word)) for word in op.attributes}
    anything = TensorType(())
    use = Use(op, (anything,), anything, attributes, (), may_overwrite=True)
    lowering: Lowering = backend.rules[type(op)](use)
    return lowering, {**lowering.positional, **lowering.named}


def leaves_of(argument: Argument) -> Iterator[Leaf]:
    """List what an argument is given in each use, and its default."""
    yield from argument.leaves
    if argument.default is not None:
        yield argument.default


def is_plain(leaf: Leaf) -> bool:
    """Whether a leaf is an activation without attributes of its own, or none at all."""
    if not isinstance(leaf, Quantity) or leaf.formula is not None:
        return False
    return leaf.value is None or (
        isinstance(leaf.value, Operator) and leaf.value == type(leaf.value)()
    )
