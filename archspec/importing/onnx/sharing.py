"""Weights of a file that several layers take, of which each has a copy in a spec."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any


def shared_by(tensors: Mapping[str, Any], weights: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of weights of which several tensors are views.

    Numbers that are all equal are left out: exporters keep those once, whosever they are.
    """
    taken = Counter(id(_whole(each)) for each in tensors.values())
    for name, array in weights.items():
        if taken[id(_whole(array))] > 1 and (array != array.flat[0]).any():
            yield name


def _whole(array: Any) -> Any:
    """Return the array that an array is a view of."""
    while array.base is not None and hasattr(array.base, "base"):
        array = array.base
    return array
