"""Backends made of PyTorch's rules, one of which may be wrong, and what sides are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from archspec.backend import Backend
from archspec.emission.lowering import Lowering, Use
from archspec.graph import Graph
from archspec.operator import Operator
from archspec.operators.conv2d import Conv2d
from archspec.verification.drawn import tensors
from archspec.verification.noise import examples
from archspec.verification.party import Emitted
from archspec.verification.side import Trial
from archspec_torch import backend as straight

Rule = Callable[[Use[Any]], Lowering]


def backend(name: str, wrong: dict[type[Operator], Rule] | None = None) -> Backend:
    """Make a backend of PyTorch's rules, some of them replaced."""
    return replace(straight, name=name, rules={**straight.rules, **(wrong or {})})


def party(name: str, wrong: dict[type[Operator], Rule] | None = None) -> Emitted:
    """Make a side of such a backend."""
    return Emitted(backend(name, wrong))


def rewritten(old: str, new: str, emitted: Backend = straight) -> Emitted:
    """Make a side whose source has another text in one place than it should."""

    def write(backend: Backend, graph: Graph) -> str:
        source = emitted.write(backend, graph)
        return source.replace(old, new, 1)

    return Emitted(replace(emitted, name="planted", write=write))


def centred(use: Use[Conv2d]) -> Lowering:
    """Pad all sides by one, as one does by hand, where ``same`` pads the end more."""
    correct: Lowering = straight.rules[Conv2d](use)
    if use.op.stride != (2, 2):
        return correct
    op = Conv2d(**{**use.op.__dict__, "padding": (1, 1, 1, 1)})
    mistaken: Lowering = straight.rules[Conv2d](replace(use, op=op))
    return mistaken


def subtracting(use: Use[Any]) -> Lowering:
    """Take the second from the first, where both are to be added."""
    return Lowering("Subtract", join=" - ".join)


def trial(graph: Graph, seed: int = 0) -> Trial:
    """Draw noise, and weights that fit it."""
    inputs = examples(graph, seed)
    return Trial(graph, tensors(graph, seed, inputs), inputs)
