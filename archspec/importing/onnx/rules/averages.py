"""Averages over those cells that count, as exporters write them out whose padding is uneven."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from archspec.attributes import Pads
from archspec.importing.onnx.call import Call
from archspec.importing.padding import averaged_over
from archspec.importing.values import Value
from archspec.operators.pool import AvgPool
from archspec.window import Side, Window

_CLOSE = 1e-5


def average_of_shares(call: Call, value: Value, shares: Any) -> Value | None:
    """Divide an average that counts padding by the share of its cells that count.

    ``shares`` has a number for each window. None where it is something else.
    """
    pool, (source, *_) = call.builder.producer(value.wire)
    if source is None or not isinstance(pool, AvgPool) or not pool.count_padding or pool.ceil:
        return None
    pads = pool.pads(source.type)
    for counted in _fitting(pool.window(source.type), pads, shares.reshape(shares.shape[-2:])):
        op = averaged_over(source, pool.kernel, pool.stride, pads, counted)
        if op.reach(source.type) == pads:
            return value.over(call.add(op, source))
    return None


def _fitting(window: Window, pads: Pads, shares: Any) -> Iterator[Pads]:
    """List the cells of padding that may count, if each window has its share."""
    import numpy as np

    sides = zip(window, (pads[:2], pads[2:]), (shares.sum(1), shares.sum(0)), strict=True)
    for (top, bottom, down), (left, right, across) in product(*(_ends(*each) for each in sides)):
        if np.allclose(np.outer(down, across), shares, rtol=_CLOSE):
            yield (top, bottom, left, right)


def _ends(side: Side, pads: tuple[int, int], wanted: Any) -> Iterator[tuple[int, int, Any]]:
    """List the cells at both ends of a side that give windows shares in a wanted proportion.

    All cells before it count or none, as those count behind it that rounding up does not add.
    """
    import numpy as np

    for before, behind in ((0, 0), *((pads[0], cells) for cells in range(pads[1] + 1))):
        starts = np.arange(len(wanted)) * side.stride - pads[0]
        ends = np.minimum(starts + side.kernel, side.size + behind)
        found = (ends - np.maximum(starts, -before)) / side.kernel
        if np.allclose(found * wanted.sum(), wanted * found.sum(), rtol=_CLOSE):
            yield before, behind, found
