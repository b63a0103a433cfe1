"""Maps whose cells are copied or interpolated to more of them, or fewer."""

from __future__ import annotations

from math import inf, isclose
from typing import Any

from archspec.attributes import Pair
from archspec.importing.combining import enlarged, stretched
from archspec.importing.imported import Wordless
from archspec.importing.onnx.call import Call
from archspec.importing.onnx.rules.table import translates
from archspec.importing.onnx.rules.windows import pair
from archspec.importing.values import Form, Value

_MODES = {"nearest": "nearest", "linear": "bilinear"}
_ROUNDED = ("round_prefer_floor", "round_prefer_ceil")
_HALF_PIXEL = ("half_pixel", "pytorch_half_pixel", "half_pixel_symmetric")
_PLACES = (*_HALF_PIXEL, "asymmetric", "align_corners")
_COPYING = {
    ("asymmetric", "floor"): inf,
    ("asymmetric", "round_prefer_floor"): 2,
    **{(how, rounding): inf for how in _HALF_PIXEL for rounding in _ROUNDED},
    **{("align_corners", rounding): 2 for rounding in _ROUNDED},
}
"""The largest whole factor at which a cell is copied that many times, by how ONNX rounds places.

Cell ``i`` of the ``n * k`` that a factor ``k`` makes of ``n`` has to copy ``floor(i / k)``. Its
place is ``i / k`` where ONNX says ``asymmetric``, ``(i + 0.5) / k - 0.5`` with half pixels, and
``i * (n - 1) / (n * k - 1)`` with the corners aligned. At a factor of one all copy alike.
"""


@translates("Resize")
def _resize(call: Call) -> Value:
    value = call.value(0, Form.MAP, Form.COLUMN)
    before, after = pair(value.wire.type.grid or (1, 1)), _grid_after(call, value)
    mode = _MODES.get(call.attributes.get("mode", "nearest"))
    how = call.attributes.get("coordinate_transformation_mode", "half_pixel")
    if mode is None or how not in _PLACES or _is_otherwise(call):
        raise Wordless("it interpolates otherwise")
    if (mode, how) == ("bilinear", "align_corners") and before != (1, 1):
        return stretched(call, value, after)
    if mode == "nearest":
        _require_copies(call, how, before, after)
    elif how != "half_pixel" and (how != "pytorch_half_pixel" or _takes_first(before, after)):
        raise Wordless("it interpolates otherwise")
    return enlarged(call, value, after, mode, is_by_size=call.array(3) is not None)


def _is_otherwise(call: Call) -> bool:
    """Whether it smooths what it makes smaller, or keeps proportions that its size has not."""
    policy = call.attributes.get("keep_aspect_ratio_policy", "stretch")
    return bool(call.attributes.get("antialias", 0)) or policy != "stretch"


def _takes_first(before: Pair, after: Pair) -> bool:
    """Whether a side of several cells becomes one, which PyTorch's half pixels put on the first."""
    return any(wanted == 1 < size for size, wanted in zip(before, after, strict=True))


def _grid_after(call: Call, value: Value) -> Pair:
    """Return the size that is asked for, itself or by factors; raise ``Wordless``."""
    rows, columns = value.wire.type.grid or (1, 1)
    scales, sizes = call.array(2), call.array(3)
    if call.attributes.get("axes"):
        raise Wordless("it names the dimensions that it resizes")
    if sizes is None and (scales is None or len(scales) != 4):
        raise Wordless("its size is not known")
    if (sizes[1] != value.wire.type.channels) if sizes is not None else (scales[:2] != 1).any():
        raise Wordless("it resizes other dimensions than height and width")
    if sizes is not None:
        return (int(sizes[2]), int(sizes[3]))
    return (_cells(rows, scales[2]), _cells(columns, scales[3]))


def _cells(size: int, factor: Any) -> int:
    """Count the cells that a factor makes; raise ``Wordless`` for a part of one."""
    wanted = size * float(factor)
    if not isclose(wanted, round(wanted), rel_tol=1e-6):
        raise Wordless("it enlarges by a factor that gives a part of a cell")
    return round(wanted)


def _require_copies(call: Call, how: str, before: Pair, after: Pair) -> None:
    """Raise ``Wordless`` unless the cells that are copied are those before the places asked for."""
    rounding = call.attributes.get("nearest_mode", _ROUNDED[0])
    if (how, rounding) == ("asymmetric", "floor"):
        return
    largest = _COPYING.get((how, rounding), 1)
    for size, wanted in zip(before, after, strict=True):
        if size > 1 and (wanted % size or wanted // size > largest):
            raise Wordless("it copies other cells")
