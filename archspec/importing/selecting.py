"""Parts of a tensor that are kept, in their order or another, and channels that are added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archspec.importing.adder import Adder
from archspec.importing.imported import Wordless
from archspec.importing.layout import size_of
from archspec.importing.values import Form, Value
from archspec.operators.channels import Slice
from archspec.operators.grid import Crop
from archspec.operators.pool import MaxPool
from archspec.operators.scale import Scale

SLICED = (Form.MAP, Form.VECTOR, Form.COLUMN, Form.LAST)
"""Forms of which channels can be kept."""
_MOST_RUNS = 8
FAR = 1 << 30
"""What no size is beyond: exporters write more where a part reaches to the end."""


def kept(call: Adder, value: Value, axis: int, part: slice) -> Value:
    """Keep a part of a dimension; raise ``Wordless`` for others than channels and the grid."""
    if not axis and not _is_whole(part):
        raise Wordless("it takes some examples of a batch: take them before the network")
    size = size_of(value.layout[axis - 1]) if axis else 1
    places = range(size)[part]
    if places == range(size):
        return value
    if axis and axis == value.channel_axis and places:
        return picked(call, value, places)
    if places.step < 1 or not places or value.form not in (Form.MAP, Form.LAST):
        raise Wordless("it keeps a part of other dimensions than channels, height and width")
    return _cells(call, value, places, is_down=axis == value.channel_axis % 3 + 1)


def _is_whole(part: slice) -> bool:
    """Whether a part is all there is, however much that is."""
    is_open = part.stop is None or part.stop > FAR
    return is_open and (part.start or 0, part.step or 1) == (0, 1)


def sliced(call: Adder, value: Value, start: int, stop: int) -> Value:
    """Keep channels that follow each other."""
    stop = min(stop, value.wire.type.channels)
    return value.over(call.add(Slice(start=start, stop=stop), value.wire))


def picked(call: Adder, value: Value, places: Sequence[int]) -> Value:
    """Concatenate channels in another order, neighbours at once; raise ``Wordless`` for many."""
    runs = [*_neighbours(places)]
    if len(runs) > _MOST_RUNS or value.form not in SLICED:
        raise Wordless("it puts many channels into an order that has no word")
    parts = [sliced(call, value, *each).wire for each in runs]
    return value.over(call.concat(*parts)) if len(parts) > 1 else value.over(parts[0])


def _neighbours(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the starts and stops of places that follow each other."""
    start = 0
    for at in range(1, len(places) + 1):
        if at == len(places) or places[at] != places[at - 1] + 1:
            yield places[start], places[at - 1] + 1
            start = at


def _cells(call: Adder, value: Value, places: range, *, is_down: bool) -> Value:
    """Keep rows or columns: crop what lies around them, and pool single cells."""
    size = value.wire.type.grid[0 if is_down else 1]
    needs_end = len(range(places.start, size, places.step)) > len(places)
    around = (places.start, size - 1 - places[-1] if needs_end else 0)
    wire = value.wire
    if any(around):
        wire = call.add(Crop(cells=(*around, 0, 0) if is_down else (0, 0, *around)), wire)
    if places.step > 1:
        stride = (places.step, 1) if is_down else (1, places.step)
        wire = call.add(MaxPool(kernel=(1, 1), stride=stride, padding="valid"), wire)
    return value.over(wire)


def more_channels(call: Adder, value: Value, before: int, behind: int) -> Value:
    """Concatenate channels of zeros before and behind those of a map."""
    if min(before, behind) < 0:
        raise Wordless("it cuts channels off as if they were padding")
    ends = [[zeros_of(call, value, n).wire] if n else [] for n in (before, behind)]
    return value.over(call.concat(*ends[0], value.wire, *ends[1]))


def zeros_of(call: Adder, like: Value, channels: int) -> Value:
    """Make channels of zeros: as many of a value as it has, several times, times zero."""
    own = like.wire.type.channels
    whole, rest = divmod(channels, own)
    parts = [like.wire] * whole + ([sliced(call, like, 0, rest).wire] if rest else [])
    wire = call.concat(*parts) if len(parts) > 1 else parts[0]
    return like.over(call.add(Scale(factor=0.0), wire))
