"""What models write out as several layers and operations, and is one word."""

from __future__ import annotations

from collections.abc import Sequence

from archspec.attributes import Pads
from archspec.importing.imported import Wordless
from archspec.importing.matching import Pattern
from archspec.importing.padding import surrounded
from archspec.importing.values import Form, Value
from archspec.operators.activation import LeakyRelu
from archspec.operators.response import GlobalResponseNorm, LocalResponseNorm
from archspec_tensorflow.importing.call import Call
from archspec_tensorflow.importing.rules.table import writes_out
from archspec_tensorflow.importing.rules.windows import last_resized


@writes_out(("Where", ("Greater", "x", 0), "x", ("Multiply", "slope", "x")))
def _leaky_relu(call: Call) -> Value:
    value = call.told_value("x")
    return value.over(call.add(LeakyRelu(slope=call.number("slope")), value.wire))


_SQUARES = ("around=Pad", ("Square", "x"))
_MOST_CHANNELS = 12


def _total(size: int) -> Pattern:
    """Return how the squares of neighbouring channels are added up."""
    total: Pattern = 0
    for at in range(size):
        total = ("Add", total, ("GetItem", _SQUARES, f"kept_{at}"))
    return total


@writes_out(
    *(
        ("TrueDivide", "x", ("Power", ("Add", "k", ("Multiply", "alpha", _total(size))), "beta"))
        for size in range(1, _MOST_CHANNELS)
    )
)
def _local_response_norm(call: Call) -> Value:
    """Read the window over channels, each of whose places is a slice of the padded squares."""
    value, size = call.told_value("x", Form.LAST), sum(name[:5] == "kept_" for name in call.told)
    channels, around = value.wire.type.channels, call.told["around"].config
    starts = [_start(call.told[f"kept_{at}"], channels) for at in range(size)]
    wanted = [[0, 0], [0, 0], [0, 0], [size // 2, (size - 1) // 2]]
    if starts != [*range(size)] or [[*each] for each in around["pad_width"]] != wanted:
        raise Wordless("its window is not over the channels alone")
    alpha = float(f"{call.number('alpha') * size:.9g}")
    op = LocalResponseNorm(size=size, alpha=alpha, beta=call.number("beta"), k=call.number("k"))
    return value.over(call.add(op, value.wire))


def _start(kept: Sequence[object], channels: int) -> int:
    """Return the first of as many channels as there are that a subscript keeps; -1 if others."""
    told = kept[-1].get("config", {}) if isinstance(kept[-1], dict) else {}
    start, stop = told.get("start"), told.get("stop")
    return start if isinstance(start, int) and stop == start + channels else -1


_LENGTH = ("length=Norm", "x")
_RESPONSE = ("TrueDivide", _LENGTH, ("Add", ("mean=Mean", _LENGTH), "epsilon"))


@writes_out(("Add", "x", ("scaled=DepthwiseConv2D", ("Multiply", "x", _RESPONSE))))
def _global_response_norm(call: Call) -> Value:
    value, (config, variables) = call.told_value("x", Form.LAST), call.told["scaled"]
    length, mean = (call.told[each].config for each in ("length", "mean"))
    is_length = [*length["axis"]] == [1, 2] and length["ord"] in (None, 2) and length["keepdims"]
    is_mean = mean["axis"] in (-1, 3) and mean["keepdims"]
    if not (is_length and is_mean) or len(variables) != 2 or variables[0].shape[:2] != (1, 1):
        raise Wordless("it measures other dimensions than height and width")
    if config["activation"] != "linear" or config["depth_multiplier"] != 1:
        raise Wordless("it has an activation, or several filters for each channel")
    tensors = {name: each.reshape(-1) for name, each in zip(_LEARNED, variables, strict=True)}
    op = GlobalResponseNorm(epsilon=call.number("epsilon"))
    return value.over(call.add(op, value.wire, tensors=tensors))


_LEARNED = ("weight", "bias")


@writes_out(("columns=Take", ("rows=Take", "x", "down"), "across"))
def _taken(call: Call) -> Value:
    """Read the rows and columns of a map by number: those around it, or copies of them."""
    value = call.told_value("x", Form.LAST)
    axes = [call.told[each].config["axis"] for each in ("rows", "columns")]
    several = [[*call.told[each]] for each in ("down", "across")]
    sides = [*zip(several, value.wire.type.grid, strict=True)]
    if axes != [1, 2]:
        raise Wordless("it takes something else than rows and columns")
    rows, columns = map(len, several)
    is_copied = several == [
        [at * size // len(each) for at in range(len(each))] for each, size in sides
    ]
    if is_copied and call.builder.sized(value.wire, (rows, columns)):
        return last_resized(call, value, (rows, columns), "nearest")
    for mode in ("reflect", "replicate"):
        found = [_around(places, size, mode) for places, size in sides]
        if None not in found:
            return surrounded(call, value, _pads(*filter(None, found)), mode)
    if not is_copied:
        raise Wordless("it takes rows or columns that are neither around a map nor copies")
    return last_resized(call, value, (rows, columns), "nearest")


def _around(places: list[int], size: int, mode: str) -> tuple[int, int] | None:
    """Return how far a padding before and behind a side reads these places; None if none does."""
    added = len(places) - size
    ways = ((before, added - before) for before in range(added + 1))
    return next((way for way in ways if places == _read(size, *way, mode)), None)


def _read(size: int, before: int, after: int, mode: str) -> list[int]:
    """List the places of a side that padding reads, mirrored at the outermost or copying them."""
    last, places = size - 1, range(-before, size + after)
    if mode == "reflect":
        return [last - abs(last - abs(at)) for at in places]
    return [min(max(at, 0), last) for at in places]


def _pads(rows: tuple[int, int], columns: tuple[int, int]) -> Pads:
    return (*rows, *columns)
