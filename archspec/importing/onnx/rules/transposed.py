"""Transposed convolutions, with what is cut off behind them."""

from __future__ import annotations

from dataclasses import replace

from archspec.attributes import Pads
from archspec.importing.imported import Wordless
from archspec.importing.onnx.call import Call, pads_of
from archspec.importing.onnx.rules.table import translates, writes_out
from archspec.importing.onnx.rules.windows import pad, pair, weights_of
from archspec.importing.values import Form, Value
from archspec.operators.conv_transpose2d import ConvTranspose2d

_LAYERS = tuple(("layer=ConvTranspose", "x", *each) for each in (("w", "b"), ("w",)))


@translates("ConvTranspose")
def _conv_transpose(call: Call) -> Value:
    return _spread(call, (0, 0, 0, 0))


@writes_out(*(("Pad", layer, "cells", *fill) for layer in _LAYERS for fill in (("fill",), ())))
def _padded_conv_transpose(call: Call) -> Value:
    """Crop as a part of the layer what is cut off, and pad what is added."""
    told, cells = call.told, [int(each) for each in call.weight("cells")]
    if min(cells) >= 0:
        raise Wordless("it cuts nothing off")
    operands = tuple(told[name] for name in "xwb" if name in told)
    cut = pads_of([min(cells[at], 0) for at in (2, 3, 6, 7)])
    layer = _spread(replace(call, given=operands, attributes=told["layer"]), cut)
    added = call.weight("cells").clip(min=0)
    padded: Value = pad(replace(call, given=(layer, added, told.get("fill"))))
    return padded


def _spread(call: Call, cut: Pads) -> Value:
    value, weights = call.value(0, Form.MAP), weights_of(call)
    if call.attributes.get("auto_pad", "NOTSET") != "NOTSET" or "output_shape" in call.attributes:
        raise Wordless("its padding follows from the size of its output")
    groups = call.attributes.get("group", 1)
    top, bottom, left, right = (
        own - more
        for own, more in zip(pads_of(call.numbers("pads", (0, 0, 0, 0))), cut, strict=True)
    )
    op = ConvTranspose2d(
        filters=weights["weight"].shape[1] * groups,
        kernel=pair(weights["weight"].shape[2:]),
        stride=pair(call.numbers("strides", (1, 1))),
        dilation=pair(call.numbers("dilations", (1, 1))),
        padding=(top, bottom, left, right),
        output_padding=pair(call.numbers("output_padding", (0, 0))),
        groups=groups,
        bias="bias" in weights,
    )
    return Value(call.add(op, value.wire, tensors=weights), Form.MAP)
