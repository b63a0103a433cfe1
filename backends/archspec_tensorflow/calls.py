"""The notation of Keras: layers are constructed and called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from archspec.backend import Backend
from archspec.emission.bodies import BodyWriter
from archspec.emission.fragments import Operation, ResidualBlock
from archspec.emission.functions import FunctionNotation, quoted
from archspec.emission.lowering import Leaf, Lowering, Quantity
from archspec.emission.passing import construct_arguments
from archspec.emission.python import COLUMNS, Bracketed, call, flat, listed
from archspec.emission.values import activating, has_scale, is_activation, leaves_of, text_of
from archspec.operator import Operator
from archspec_tensorflow.padding import PADDED, settle

BY_POSITION = ("strides", "padding")
"""Arguments that follow the required ones in the signature of every convolution."""

WORDS = frozenset(
    """
    elu gelu hard_sigmoid hard_swish hard_tanh mish relu relu6 sigmoid silu softmax softplus
    softsign tanh
    """.split()
)
"""Activations that Keras knows by the same words."""


@dataclass
class Activations:
    """The activations that are passed as arguments, with functions for those without a word.

    ``taken`` are names that a function cannot have; ``by_function`` says that there are functions.
    """

    backend: Backend
    taken: set[str]
    by_function: bool
    functions: dict[Operator, str] = field(default_factory=dict)

    def passed(self, op: Operator | None) -> str:
        """Write what is passed for an activation: its word, or the name of its function."""
        if op is None:
            return "None"
        if is_word(op):
            return f'"{op.word}"'
        if op not in self.functions:
            names = (op.word, *(f"{op.word}_{number}" for number in range(2, len(self.taken) + 3)))
            self.functions[op] = next(each for each in names if each not in self.taken)
            self.taken.add(self.functions[op])
        return self.functions[op]

    def written(self) -> list[str]:
        """Write the functions."""
        return [self._function(op, name) for op, name in self.functions.items()]

    def _function(self, op: Operator, name: str) -> str:
        lowering, leaves = activating(self.backend, op)
        body = flat(layer(lowering, leaves, "x", f"{{name}}.{op.word}"))
        head = f"def {name}(x: KerasTensor, name: str) -> KerasTensor:"
        word = op.word.replace("_", " ")
        told = f'"""Apply {word}, an activation that is passed on."""'
        return f"{head}\n    {told}\n    return {body}"


@dataclass
class Calls(FunctionNotation):
    """The notation of steps in Keras: each operator is a layer that is constructed and called."""

    activations: Activations

    def joined(self, step: Operation, path: str, values: Sequence[str], column: int) -> Bracketed:
        """Write one operator; several values are a list, which may be broken."""
        lowering = step.lowering
        if lowering.join is None:
            return layer(*self._settled(lowering, step.leaves), values[0], path)
        whole = layer(lowering, step.leaves, flat(lowering.join(values)), path)
        opening = f"{lowering.construct}(name={quoted(path)})("
        if not lowering.construct.startswith("layers.") or column + len(opening) > COLUMNS:
            return whole
        return call(opening[:-1], [listed(values)])

    def _settled(
        self, lowering: Lowering, leaves: Mapping[str, Leaf]
    ) -> tuple[Lowering, Mapping[str, Leaf]]:
        if lowering.construct not in PADDED:
            return lowering, leaves
        construct, found = settle(lowering.construct, leaves, self.known)
        defaults = dict(lowering.defaults)
        if construct != lowering.construct:
            defaults["padding"] = "symmetric"
        return replace(lowering, construct=construct, defaults=defaults), found

    def passed(self, leaf: Leaf) -> str:
        """Write what a use passes for an argument."""
        if leaf.formula is None and isinstance(leaf, Quantity) and is_activation(leaf.value):
            return self.activations.passed(leaf.value)
        return text_of(leaf)

    def activated(self, activation: Leaf, path: str, x: str) -> Bracketed:
        """Write the activation of a layer or residual."""
        assert isinstance(activation, Quantity)
        if activation.formula is not None:
            head = "activate_by" if self.activations.by_function else "activate"
            return call(head, [x, quoted(path), str(activation.formula)])
        lowering, leaves = activating(self.activations.backend, activation.value)
        return layer(lowering, leaves, x, self.inside(path, activation.value.word))

    def residual(
        self, body: BodyWriter, step: ResidualBlock, path: str, values: Sequence[str], to: str
    ) -> str:
        """Write the sum of the branches, with a statement each for scale, sum and activation."""
        found = body.branches(step, path, values)
        scaled = found["body"] if found["body"] not in values else body.fresh("body")
        self._scale(body, step, path, found["body"], scaled)
        opening = f"layers.Add(name={quoted(self.inside(path, 'add'))})"
        body.assign(to, call(opening, [f"[{found['shortcut']}, {scaled}]"]))
        return body.activated(step, path, to, to)

    def _scale(self, body: BodyWriter, step: ResidualBlock, path: str, x: str, to: str) -> None:
        """Write the scale of a residual, if it has one, under a condition where that is open."""
        if not has_scale(step):
            body.assign(to, x)
            return
        factor, name = text_of(step.leaves["scale"]), quoted(self.inside(path, "scale"))
        made = call("layers.Rescaling", [factor], {"name": name})
        source = Bracketed(made.opening, made.items, f")({x})")
        known = self.known(step.leaves["scale"])
        if known is not None and 1 not in known:
            body.assign(to, source)
            return
        body.assign(to, x)
        with body.block(f"if {factor} != 1:"):
            body.assign(to, source)

    def known(self, leaf: Leaf) -> list[Any] | None:
        """List the values of a leaf in all uses of the definition; None if they are not known."""
        if not isinstance(leaf, Quantity):
            return None
        if leaf.formula is None or leaf.formula.constant is not None:
            return [leaf.value]
        argument = self.arguments.get(str(leaf.formula))
        if argument is None:
            return None
        leaves = list(leaves_of(argument))
        plain = [each.value for each in leaves if _is_plain(each) and isinstance(each, Quantity)]
        return plain if len(plain) == len(leaves) else None


def _is_plain(leaf: Leaf) -> bool:
    return leaf.formula is None or leaf.formula.constant is not None


def kind_of(op: Operator | None) -> str:
    """Write the type of an activation that is passed on."""
    if op is None:
        return "None"
    return "str" if is_word(op) else "Callable[[KerasTensor, str], KerasTensor]"


def is_word(op: Operator) -> bool:
    """Whether Keras has the same activation, attributes included, under the same word."""
    return op.word in WORDS and op == type(op)()


def layer(lowering: Lowering, leaves: Mapping[str, Leaf], x: str, path: str) -> Bracketed:
    """Write the construction and call of a layer, or the call of a function that does both."""
    found = construct_arguments(lowering, leaves, BY_POSITION)
    if not lowering.construct.startswith("layers."):
        return call(lowering.construct, [x, quoted(path), *found.positional], found.named)
    made = call(lowering.construct, found.positional, {**found.named, "name": quoted(path)})
    return Bracketed(made.opening, made.items, f")({x})")
