"""Operators of weights and numbers alone in a program of a stranger, computed with bounded work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.fx.node import map_aggregate

from archspec.importing.imported import Wordless
from archspec_torch.importing.program import operator_name

MOST = 1 << 26
"""How many numbers all constants together may have."""
FOLDED = frozenset(
    (
        "_to_copy", "_weight_norm", "abs", "add", "alias", "arange", "batch_norm", "bmm", "cat",
        "chunk", "clamp", "clamp_min", "clone", "contiguous", "cumsum", "detach", "div", "dropout",
        "exp", "expand", "expand_as", "eye", "flatten", "flip", "full", "full_like",
        "lift_fresh_copy", "linalg_vector_norm", "linspace", "log", "matmul", "mean", "mm", "mul",
        "neg", "new_ones", "new_zeros", "norm", "ones", "ones_like", "outer", "permute", "pow",
        "reciprocal", "repeat", "reshape", "rsqrt", "rsub", "scalar_tensor", "select", "sigmoid",
        "slice", "softmax", "softplus", "split", "split_with_sizes", "sqrt", "squeeze", "stack",
        "std", "sub", "sum", "t", "tanh", "to", "transpose", "unbind", "unsqueeze", "var", "view",
        "zeros", "zeros_like",
    )
)  # fmt: skip
"""What arithmetic on weights takes; others of ATen read and write files, or trust their input."""


@dataclass
class Folding:
    """Computes operators; ``made`` counts the numbers of all results."""

    made: int = 0

    def __call__(self, operator: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """Compute an operator once its result is known to be small; raise ``Wordless``."""
        if operator_name(operator) not in FOLDED:
            raise Wordless("it computes with weights alone")
        self.made += _size_of(operator, given, named)
        if self.made > MOST:
            raise Wordless("its constants come to too many numbers")
        return operator(*given, **named)


def _size_of(operator: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> int:
    """Count the numbers of a result by shapes alone."""
    takes_device = any(each.name == "device" for each in operator._schema.arguments)  # noqa: SLF001 - where torch keeps it
    elsewhere = {"device": torch.device("meta")} if takes_device else {}
    found = operator(*_shapes(given), **_shapes(dict(named)) | elsewhere)
    several = found if isinstance(found, list | tuple) else (found,)
    return sum(each.numel() for each in several)


def _shapes(given: Any) -> Any:
    return map_aggregate(given, lambda each: each.to("meta") if isinstance(each, Tensor) else each)
