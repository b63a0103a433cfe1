"""What leaves a model, whether it has names or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor


def leaving(left: Any) -> list[Tensor]:
    """List what left a model."""
    return list(left.values()) if isinstance(left, Mapping) else [left]


def one_number(left: Any) -> Any:
    """Come to one number that depends on all that left a model, to train on."""
    return sum(each.square().mean() for each in leaving(left))
