"""The calls that make layers and call them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archspec.backend import Backend
from archspec.emission.definition import Argument, Definition
from archspec.emission.fragments import DefinitionCall, Operation
from archspec.emission.lowering import Leaf, Lowering, Quantity
from archspec.emission.python import COLUMNS, Bracketed, Source, call, flat, listed
from archspec.emission.values import activating, is_activation, is_just, leaves_of, text_of
from archspec.operator import Operator
from archspec_tensorflow.padding import PADDED, settle

BY_POSITION = ("strides", "padding")
"""Arguments that follow the required ones of every convolution."""

FEW = 4
"""Arguments up to which a call names them."""

WORDS = frozenset("elu gelu hard_sigmoid hard_swish relu relu6 sigmoid silu softmax tanh".split())
"""Activations that Keras finds by our words."""


@dataclass
class Activations:
    """The activations that a source chooses among, and functions for those without a word.

    ``taken`` are names that a function cannot have; ``by_function`` says that there are such.
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
class Calls:
    """Writes the calls of one definition; ``titles`` are all functions, by their definitions."""

    activations: Activations
    definitions: Mapping[str, Definition]
    titles: Mapping[str, str]
    arguments: Mapping[str, Argument] = field(default_factory=dict)

    def operation(
        self, part: Operation, read: Sequence[str], path: str, column: int = 0
    ) -> Bracketed:
        """Write one operator; ``column`` is where the call begins."""
        lowering = part.lowering
        if lowering.join is None:
            return layer(*self._settled(lowering, part.leaves), read[0], path)
        whole = layer(lowering, part.leaves, flat(lowering.join(read)), path)
        opening = f"{lowering.construct}(name={quoted(path)})("
        if not lowering.construct.startswith("layers.") or column + len(opening) > COLUMNS:
            return whole
        return call(opening[:-1], [listed(read)])

    def _settled(
        self, lowering: Lowering, leaves: Mapping[str, Leaf]
    ) -> tuple[Lowering, Mapping[str, Leaf]]:
        if lowering.construct not in PADDED:
            return lowering, leaves
        construct, found = settle(lowering.construct, leaves, self.known)
        defaults = dict(lowering.defaults)
        if construct != lowering.construct:
            defaults["padding"] = "symmetric"
        settled = Lowering(
            construct, lowering.positional, lowering.named, defaults, ordered=lowering.ordered
        )
        return settled, found

    def called(self, part: DefinitionCall, x: str, path: str) -> Bracketed:
        """Write a use of a definition."""
        positional: list[Source] = [x, quoted(path)]
        named: dict[str, Source] = {}
        in_a_row = is_long_row(self.definitions[part.definition])
        for argument in self.definitions[part.definition].arguments:
            leaf = part.leaves[argument.name]
            if argument.positional or in_a_row:
                positional.append(self.passed(leaf))
            elif argument.default is None or not is_just(leaf, argument.default.value):
                named[argument.name] = self.passed(leaf)
        return call(self.titles[part.definition], positional, named)

    def passed(self, leaf: Leaf) -> str:
        """Write what a use passes for an argument."""
        if leaf.formula is None and isinstance(leaf, Quantity) and is_activation(leaf.value):
            return self.activations.passed(leaf.value)
        return text_of(leaf)

    def activation(self, leaf: Leaf, x: str, path: str) -> Bracketed:
        """Write the activation of a layer or residual."""
        assert isinstance(leaf, Quantity)
        if leaf.formula is not None:
            head = "activate_by" if self.activations.by_function else "activate"
            return call(head, [x, quoted(path), str(leaf.formula)])
        lowering, leaves = activating(self.activations.backend, leaf.value)
        return layer(lowering, leaves, x, f"{path}.{leaf.value.word}")

    def known(self, leaf: Leaf) -> list[Any] | None:
        """List what a leaf may be, over all uses of the definition; None where none can tell."""
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


def is_long_row(definition: Definition) -> bool:
    """Whether uses pass all arguments by position, since they are many and must all be given."""
    arguments = definition.arguments
    return len(arguments) > FEW and all(each.default is None for each in arguments)


def is_word(op: Operator) -> bool:
    """Whether Keras finds an activation by our word, attributes and all."""
    return op.word in WORDS and op == type(op)()


def layer(lowering: Lowering, leaves: Mapping[str, Leaf], x: str, path: str) -> Bracketed:
    """Write a layer that is made and called, or a call of a function that does both."""
    positional = [text_of(leaves[argument]) for argument in lowering.positional]
    named: dict[str, Source] = {}
    is_gapless = lowering.ordered
    for argument in lowering.named:
        written = text_of(leaves[argument])
        is_gapless = is_gapless and written == argument and argument in BY_POSITION
        if is_gapless:
            positional.append(written)
        elif not is_just(leaves[argument], lowering.defaults.get(argument, _NEVER)):
            named[argument] = written
    if not lowering.construct.startswith("layers."):
        return call(lowering.construct, [x, quoted(path), *positional], named)
    made = call(lowering.construct, positional, {**named, "name": quoted(path)})
    return Bracketed(made.opening, made.items, f")({x})")


_NEVER = object()

_PATH = re.compile(r"(?:\w+|{\w+})(?:\.(?:\w+|{\w+}))*", re.ASCII)


def quoted(path: str) -> str:
    """Write the name of a layer, whose variables are in braces."""
    if path == "{name}":
        return "name"
    if _PATH.fullmatch(path) is None:
        raise ValueError(f"{path!r} is no name")
    return f'f"{path}"' if "{" in path else f'"{path}"'
