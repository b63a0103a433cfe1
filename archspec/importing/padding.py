"""Numbers of padding as the words and operators that say the same."""

from __future__ import annotations

from math import inf

from archspec.attributes import Pads, Pair
from archspec.graph import Wire
from archspec.importing.adder import Adder
from archspec.importing.imported import Wordless
from archspec.importing.values import Form, Value
from archspec.operators.grid import Crop, Pad
from archspec.operators.pool import AvgPool
from archspec.window import Window

Padding = str | tuple[int, int, int, int]
_WORDS = ("symmetric", "same", "valid")
_MODES = ("zeros", "reflect", "replicate")
_FILLS = (0.0, -inf)
"""What a window can read around a map: zeros, and in a max pool no cells."""
PADS_OTHERS = (
    "it adds examples, channels that are not zeros, or channels and cells at once: pad height and"
    " width alone, with channels of zeros by a pad of their own"
)
BEGINS_BEHIND = (
    "rounding up adds a window that begins in the cells behind the map: crop them, or do not round"
    " up"
)
_INSTEAD = "specs pad with zeros, or with what is in the map by reflecting or replicating it"


def padding_of(window: Window, pads: Pads) -> Padding:
    """Return the word for the cells around a window, or the cells where there is none.

    A window of one cell pads nothing by any word; ``symmetric`` is the one of PyTorch's models.
    """
    return next((word for word in _WORDS if window.pads(word) == pads), pads)


def surrounded_grid(value: Value) -> Pair:
    """Return the size of a map together with the cells around it."""
    (rows, columns), (top, bottom, left, right) = value.wire.type.grid, value.pads
    return (rows + top + bottom, columns + left + right)


def begins_behind(value: Value, kernel: Pair, stride: Pair, own: Pads) -> bool:
    """Whether rounding up adds a window that begins in cells behind a map, where a spec has none.

    ``own`` is the padding of the window itself, beside the cells that are around the map.
    """
    around = tuple(a + b for a, b in zip(own, value.pads, strict=True))
    theirs = Window.over(surrounded_grid(value), kernel, stride).outputs(own, ceil=True)
    ours = Window.over(value.wire.type.grid, kernel, stride)
    return theirs != ours.outputs(around, ceil=True)  # type: ignore[arg-type]


def is_counted(value: object, kernel: Pair) -> bool:
    """Whether the cells around a value are zeros that an average may count as padding of its own.

    A window may not lie in them entirely.
    """
    if not isinstance(value, Value) or value.form is not Form.MAP or value.fill:
        return False
    top, bottom, left, right = value.pads
    return any(value.pads) and max(top, bottom) < kernel[0] and max(left, right) < kernel[1]


def averaged_over(x: Wire, kernel: Pair, stride: Pair, pads: Pads, counted: Pads) -> AvgPool:
    """Return the average whose windows reach padding of which the cells of ``counted`` count.

    What does not count is what rounding up reaches.
    """
    window, counts = Window.over(x.type.grid, kernel, stride), any(counted)
    padding = padding_of(window, counted if counts else pads)
    ceil = counts and counted != pads
    return AvgPool(kernel=kernel, stride=stride, padding=padding, ceil=ceil, count_padding=counts)


def surrounded(
    call: Adder, value: Value, cells: Pads, mode: str = "zeros", fill: float = 0.0
) -> Value:
    """Surround a map with cells, or cut those off that are below zero; raise ``Wordless``."""
    top, bottom, left, right = cells
    if min(cells) < 0:
        crop = Crop(cells=(max(-top, 0), max(-bottom, 0), max(-left, 0), max(-right, 0)))
        value = value.over(call.add(crop, value.wire))
    around = (max(top, 0), max(bottom, 0), max(left, 0), max(right, 0))
    if not any(around):
        return value
    if mode not in _MODES or fill not in _FILLS:
        what = f"cells of {fill:g}" if mode == "zeros" else f"cells in the mode `{mode}`"
        raise Wordless(f"it adds {what}, and {_INSTEAD}")
    if mode == "zeros":
        return value.surrounded(around, fill)
    return value.over(call.add(Pad(cells=around, mode=mode), value.wire))
