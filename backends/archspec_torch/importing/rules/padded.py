"""Averages over those cells that count, as models write them out whose padding is uneven."""

from __future__ import annotations

from typing import Any

from archspec.attributes import Pads
from archspec.graph import Wire
from archspec.importing.imported import Wordless
from archspec.importing.padding import padding_of
from archspec.importing.values import Form, Value
from archspec.operators.pool import AvgPool
from archspec.window import Window
from archspec_torch.importing.call import Call, pair
from archspec_torch.importing.rules.table import writes_out

_ONES = ("pad", ("ones_like", "like"), "counted", "constant", 1)
_WINDOW = ("kernel", "stride", "none", "ceil", "all", 1)
_SUM = ("avg_pool2d", ("pad", "x", "pads", "constant", "nothing"), *_WINDOW)


@writes_out(("div", _SUM, ("avg_pool2d", ("pad", _ONES, "rest", "constant", "nothing"), *_WINDOW)))
def _avg_pool(call: Call) -> Value:
    """Average over the cells that count: those of the map, and those of some of its padding."""
    value, like = call.value("x", Form.MAP), call.value("like", Form.MAP)
    pads, counted, rest = (_turned(call.given[each]) for each in ("pads", "counted", "rest"))
    added = tuple(some + others for some, others in zip(counted, rest, strict=True))
    is_plain = not (call.given["nothing"] or call.given["ceil"] or any(pair(call.given["none"])))
    if not is_plain or added != pads or like.wire.type.grid != value.wire.type.grid:
        raise Wordless("it divides by something else than the cells that count")
    return value.over(call.add(_average(call, value.wire, pads, counted), value.wire))


def _average(call: Call, x: Wire, pads: Pads, counted: Pads) -> AvgPool:
    """Return the average whose windows reach the padding; what does not count is rounded up to."""
    kernel, stride = pair(call.given["kernel"]), pair(call.given["stride"])
    window, counts = Window.over(x.type.grid, kernel, stride), any(counted)
    padding = padding_of(window, counted if counts else pads)
    ceil = counts and counted != pads
    return AvgPool(kernel=kernel, stride=stride, padding=padding, ceil=ceil, count_padding=counts)


def _turned(cells: Any) -> Pads:
    """Put cells to the left, right, top and bottom into the order of specs."""
    left, right, top, bottom = cells
    return top, bottom, left, right
