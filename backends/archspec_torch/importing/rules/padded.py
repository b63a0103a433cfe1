"""Averages over those cells that count, as models write them out whose padding is uneven."""

from __future__ import annotations

from typing import Any

from archspec.attributes import Pads
from archspec.importing.imported import Wordless
from archspec.importing.padding import averaged_over
from archspec.importing.values import Form, Value
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
    kernel, stride = pair(call.given["kernel"]), pair(call.given["stride"])
    op = averaged_over(value.wire, kernel, stride, pads, counted)
    return value.over(call.add(op, value.wire))


def _turned(cells: Any) -> Pads:
    """Put cells to the left, right, top and bottom into the order of specs."""
    left, right, top, bottom = cells
    return top, bottom, left, right
