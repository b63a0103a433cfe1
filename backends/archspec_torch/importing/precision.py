"""The precision of weights that a spec can hold."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from archspec.importing.imported import Untranslatable

_WHOLE = frozenset((torch.float32, torch.float64))
_IN_HALF = "take model.float(); `archspec build --precision float16` makes it half again"


def is_whole(kind: torch.dtype) -> bool:
    """Whether a type holds the numbers that a spec computes with all their digits."""
    return kind in _WHOLE


def precision_of(weights: Iterable[Tensor]) -> torch.dtype:
    """Return the longer of the types of weights; raise ``Untranslatable`` for half precision."""
    kinds = {each.dtype for each in weights if each.is_floating_point()}
    if kinds - _WHOLE:
        raise Untranslatable("its weights are in half precision", help=_IN_HALF)
    return torch.float64 if torch.float64 in kinds else torch.float32
