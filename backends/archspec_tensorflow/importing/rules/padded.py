"""Averages over those cells that count, as models write them out whose padding is uneven."""

from __future__ import annotations

from typing import Any

from archspec.attributes import Pads
from archspec.importing.imported import Wordless
from archspec.importing.padding import averaged_over
from archspec.importing.values import Form, Value
from archspec_tensorflow.importing.call import Call
from archspec_tensorflow.importing.rules.table import writes_out

_CELLS = ("rest=Pad", ("counted=Pad", ("OnesLike", ("GetItem", "like"))))
_SHARE = ("Reciprocal", ("share=AveragePooling2D", _CELLS))


@writes_out(("Multiply", ("sum=AveragePooling2D", ("pads=ZeroPadding2D", "x")), _SHARE))
def _avg_pool(call: Call) -> Value:
    """Average over the cells that count: those of the map, and those of some of its padding."""
    value, like = call.told_value("x", Form.LAST), call.told_value("like", Form.LAST)
    window, other = (call.told[each].config for each in ("sum", "share"))
    pads = _cells(call.told["pads"].config["padding"])
    counted, rest = (call.told[each].config for each in ("counted", "rest"))
    is_plain = counted.get("constant_values") == 1 and not rest.get("constant_values")
    is_one = all(window[each] == other[each] for each in ("pool_size", "strides", "padding"))
    inner, outer = (_cells(each["pad_width"][1:3]) for each in (counted, rest))
    added = tuple(a + b for a, b in zip(inner, outer, strict=True))
    if not (is_plain and is_one) or added != pads or window["padding"] != "valid":
        raise Wordless("it multiplies by something else than a share of cells that count")
    if like.wire.type.grid != value.wire.type.grid:
        raise Wordless("it counts the cells of another map")
    (rows, columns), (down, across) = window["pool_size"], window["strides"]
    op = averaged_over(value.wire, (rows, columns), (down, across), pads, inner)
    return value.over(call.add(op, value.wire))


def _cells(said: Any) -> Pads:
    (top, bottom), (left, right) = said
    return int(top), int(bottom), int(left), int(right)
