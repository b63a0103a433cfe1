"""Values that attributes, options and params take, by kind, as an author may write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

LITERALS: Mapping[str, tuple[str, ...]] = {
    "count": ("1", "2", "3", "4", "5", "6", "8//2", "7//2", "6/2", "ceil(2.5)", "round_to(3,2)"),
    "side": ("1", "2", "3", "3", "2*2", "5-2"),
    "step": ("1", "1", "2", "3"),
    "times": ("0", "1", "2", "3", "4-3", "min(2,3)"),
    "fraction": ("0.5", "0.25", "1.5", "1", "2", "-0.5", "1e-1", "1/4", "3*0.5"),
    "share": ("0.1", "0.5", "0.25", "0", "1/2"),
    "positive": ("0.5", "1.5", "1e-2", "1", "3/4"),
    "flag": ("true", "false"),
    "activation": (
        *("relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh"),
        *("hard_sigmoid", "hard_swish", "softmax", "none", "relu", "none"),
        *("mish", "softplus", "softsign", "hard_tanh"),
    ),
    "norm": ("batch_norm", "batch_norm", "layer_norm", "rms_norm", "none"),
    "mode": ("nearest", "bilinear"),
    "padding": ("valid", "same", "symmetric", "same", "1", "0"),
    "cells": ("0", "1", "2"),
}
"""Texts of each kind: sizes of kernels are sides, factors of strides are steps."""

PARAMS: Mapping[str, tuple[str, ...]] = {
    "count": ("1", "2", "3", "4", "6"),
    "side": ("1", "3", "2"),
    "step": ("1", "2"),
    "times": ("0", "1", "2", "3"),
    "fraction": ("0.5", "0.25", "1.5", "1.0", "2.0", "1e-1"),
    "share": ("0.5", "0.25"),
    "positive": ("0.5", "1.5"),
    "flag": ("true", "false"),
    "activation": ("relu", "tanh", "silu", "leaky_relu", "none", "softmax", "elu"),
    "norm": ("batch_norm", "layer_norm", "none"),
    "mode": ("nearest", "bilinear"),
    "padding": ("valid", "same", "symmetric"),
    "cells": ("0", "1"),
}
"""Plain values of each kind, for params and for options that are given."""

NAMES = (
    *("a", "b", "c", "d", "e", "f", "g", "h", "k", "m", "n", "p", "q", "r", "s", "t", "u", "w"),
    *("lambda", "class", "import", "half", "double", "train", "forward", "type", "call", "name"),
    *("weights", "eval", "output", "layers", "nn", "torch", "keras", "self", "super", "model"),
    *("conv", "relu", "concat", "residual", "range", "len", "int", "float", "print", "padding"),
    *("filters", "kernel", "strides", "body", "shortcut", "scale", "add", "chain", "np", "ops"),
    *("branch_0", "conv_1", "relu_1", "inputs", "features", "net", "block", "add_1", "tensor"),
)
"""Names of steps, options, params and modules; some belong to Python, a framework or a word."""


@dataclass
class Names:
    """The names that expressions may use in a place, by kind."""

    random: Random
    kinds: dict[str, list[str]] = field(default_factory=dict)
    channels: bool = True

    def value(self, kind: str) -> str:
        """Write a value of a kind: a name of it, something made of one, or a literal."""
        names = self.kinds.get(kind, [])
        if names and self.random.random() < 0.5:
            return self.made(kind, self.random.choice(names))
        if kind == "count" and self.channels and self.random.random() < 0.35:
            return self.random.choice(
                ("in_channels", "in_channels", "2*in_channels", "in_channels//2+1", "in_channels+1")
            )
        return self.random.choice(LITERALS[kind])

    def made(self, kind: str, name: str) -> str:
        """Write a name, or for counts an expression of it."""
        if kind == "fraction" and self.random.random() < 0.3:
            return self.random.choice((f"2*{name}", f"{name}/2", f"{name}+1", f"-{name}"))
        if kind != "count" or self.random.random() < 0.4:
            return name
        fractions = self.kinds.get("fraction", [])
        if fractions and self.random.random() < 0.5:
            fraction = self.random.choice(fractions)
            return self.random.choice(
                (f"ceil({name}*{fraction}+2)", f"8*{fraction}", f"max(1,floor(3*{fraction}))")
            )
        other = self.random.choice([*self.kinds["count"], "3"])
        return self.random.choice(
            (
                *(f"2*{name}", f"{name}+1", f"{name}*2//3+1", f"max({name},{other})"),
                *(f"round_to({name},2)", f"({name}+{other})//2", f"{name}%3+1", f"4*{name}/2"),
                *(f"min({name},4)+in_channels",) * self.channels,
            )
        )

    def fresh(self, taken: object) -> str:
        """Find a name that is not among those ``taken``."""
        assert isinstance(taken, (set, dict, list, tuple))
        return self.random.choice([name for name in NAMES if name not in taken])
