"""What only arranges numbers anew, and parts of values."""

from __future__ import annotations

from math import prod
from typing import Any

from archspec.importing.arranging import permuted, viewed
from archspec.importing.imported import Wordless
from archspec.importing.layout import size_of
from archspec.importing.values import Form, Value
from archspec.operators.channels import Slice
from archspec_tensorflow.importing.call import Call, Share
from archspec_tensorflow.importing.rules.table import translates

AUGMENTING = (
    "GaussianNoise",
    "RandomBrightness",
    "RandomColorJitter",
    "RandomContrast",
    "RandomErasing",
    "RandomFlip",
    "RandomGrayscale",
    "RandomHue",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
)
"""What changes data in training alone, and belongs to them."""


@translates("Identity", *AUGMENTING)
def _identity(call: Call) -> Value:
    return call.value()


@translates("Flatten")
def _flatten(call: Call) -> Value:
    if call.config.get("data_format", "channels_last") != "channels_last":
        raise Wordless("its channels come first: build the model with channels_last")
    value = call.value()
    return viewed(call, value, [_size(value)])


@translates("Reshape")
def _reshape(call: Call) -> Value:
    value, target = call.value(), [int(each) for each in call.config["target_shape"]]
    known = prod(each for each in target if each != -1)
    return viewed(call, value, [_size(value) // max(1, known) if n == -1 else n for n in target])


def _size(value: Value) -> int:
    return prod(map(size_of, value.layout))


@translates("Permute")
def _permute(call: Call) -> Value:
    return permuted(call, call.value(), (0, *call.config["dims"]))


@translates("ops.GetItem")
def _get_item(call: Call) -> Value | Share:
    """Keep some channels, or some rows or columns of a map."""
    value, kept = call.value(Form.LAST, Form.ROW, Form.VECTOR), call.operands[1]
    said = kept if isinstance(kept, tuple) else (kept,)
    if said[0] not in (_DOTS, _ALL):
        raise Wordless("it takes some examples of a batch: take them before the network")
    ranges = _ranges(said, value)
    cut = [at for at, (start, stop, size) in enumerate(ranges) if (start, stop) != (0, size)]
    if not cut:
        return value
    (axis, *others), (start, stop, size) = cut, ranges[cut[0]]
    if others or not 0 <= start < stop <= size:
        raise Wordless("it keeps a part of several dimensions, or nothing")
    if axis == value.rank - 1:
        return value.over(call.add(Slice(start=start, stop=stop), value.wire))
    if value.form is not Form.LAST or not axis:
        raise Wordless("it keeps a part of other dimensions than channels, height and width")
    return Share(value, axis, start, stop)


def _ranges(kept: tuple[Any, ...], value: Value) -> list[tuple[int, int, int]]:
    """Return what is kept of each dimension, the batch included: start, stop, and size."""
    sizes = [1, *map(size_of, value.layout)]
    before, after = kept, kept[:0]
    if _DOTS in kept:
        before, after = kept[: kept.index(_DOTS)], kept[kept.index(_DOTS) + 1 :]
    whole = [(0, size, size) for size in sizes]
    found = [_range(each, size) for each, size in zip(before, sizes, strict=False)]
    ends = sizes[len(sizes) - len(after) :]
    last = [_range(each, size) for each, size in zip(after, ends, strict=True)]
    return [*found, *whole[len(found) : len(sizes) - len(last)], *last]


_DOTS = {"class_name": "__ellipsis__", "config": {}}
"""How Keras writes the dots of a subscript."""
_ALL = {
    "class_name": "__slice__",
    "config": dict.fromkeys(("start", "stop", "step")),
}
"""How Keras writes a colon that stands alone."""


def _range(kept: Any, size: int) -> tuple[int, int, int]:
    said = kept.get("config", {}) if isinstance(kept, dict) else {}
    if "start" not in said or said.get("step") not in (None, 1):
        raise Wordless("it keeps single numbers, or every so many")
    taken = range(size)[said["start"] : said["stop"]]
    return taken.start, taken.stop, size
