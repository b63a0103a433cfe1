"""Lowering operators with a window to Keras. Nothing here imports Keras."""

from __future__ import annotations

from archspec.attributes import Pads
from archspec.emission.lowering import Lowering, Quantity, Use, constant, pair
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.pool import AvgPool, MaxPool
from archspec_tensorflow.padding import word_for
from archspec_tensorflow.table import backend

CONVOLUTION = {
    "strides": 1,
    "padding": "valid",
    "output_padding": None,
    "depth_multiplier": 1,
    "dilation_rate": 1,
    "groups": 1,
    "use_bias": True,
}
USUAL = frozenset(("padding",))


@backend.lowers(Conv2d)
def conv2d(use: Use[Conv2d]) -> Lowering:
    """Keep the padding symbolic; ``padding.settle`` chooses the layer once all uses are known."""
    positional = {"filters": use["filters"], "kernel": use["kernel"]}
    named = {
        "strides": use["stride"],
        "padding": use["padding"],
        "dilation_rate": use["dilation"],
        "groups": use["groups"],
        "use_bias": use["bias"],
    }
    plain = Lowering("layers.Conv2D", positional, named, CONVOLUTION, ordered=True, usual=USUAL)
    return _depthwise(use, plain) if use.op.groups == use.x.channels > 1 else plain


def _depthwise(use: Use[Conv2d], plain: Lowering) -> Lowering:
    """Use the depthwise layer, with the grouped convolution as the wider construct."""
    each = constant(use.op.filters // use.x.channels)
    named = {
        "strides": use["stride"],
        "padding": use["padding"],
        "depth_multiplier": use.attributes.get("multiplier", each),
        "dilation_rate": use["dilation"],
        "use_bias": use["bias"],
    }
    return Lowering(
        "layers.DepthwiseConv2D",
        {"kernel": use["kernel"]},
        named,
        CONVOLUTION,
        ordered=True,
        usual=USUAL,
        wider=plain,
    )


@backend.lowers(ConvTranspose2d)
def conv_transpose2d(use: Use[ConvTranspose2d]) -> Lowering:
    """Use Keras's crop where it is right, else crop afterwards."""
    op = use.op
    top, bottom, left, right = op.crops(use.x)
    positional = {"filters": use["filters"], "kernel": use["kernel"]}
    options = {"dilation_rate": use["dilation"], "use_bias": use["bias"]}
    cropped = ((top, max(bottom, 0)), (left, max(right, 0)))
    added = constant(pair((max(-bottom, 0), max(-right, 0))))
    wider = Lowering(
        "cropped_conv_transpose2d",
        positional,
        {"strides": use["stride"], "output_padding": added, **options, "crops": constant(cropped)},
        CONVOLUTION,
    )
    if op.padding != "same" and cropped != ((0, 0), (0, 0)):
        return wider
    named = {
        "strides": use["stride"],
        "padding": constant("same" if op.padding == "same" else "valid"),
        "output_padding": constant(None) if op.padding == "same" or _fills(op) else added,
        **options,
    }
    return Lowering("layers.Conv2DTranspose", positional, named, CONVOLUTION, wider=wider)


def _fills(op: ConvTranspose2d) -> bool:
    """Whether Keras's output size is right: no stride exceeds the extent of the dilated kernel."""
    reach = [(size - 1) * apart + 1 for size, apart in zip(op.kernel, op.dilation, strict=True)]
    near = all(size >= step for size, step in zip(reach, op.stride, strict=True))
    return near and op.output_padding == (0, 0)


@backend.lowers(MaxPool)
def max_pool(use: Use[MaxPool]) -> Lowering:
    """Use Keras's padding where it gives these windows, else pad with minus infinity."""
    positional = {"kernel": use["kernel"], "strides": use["stride"]}
    wider = Lowering("padded_max_pool", positional, {"pads": nested(use.op.reach(use.x))})
    word = word_for(use.op, use.x)
    return _pool("layers.MaxPooling2D", positional, word, wider) if word else wider


@backend.lowers(AvgPool)
def avg_pool(use: Use[AvgPool]) -> Lowering:
    """Pad with zeros if all padded cells count, else divide by a count of cells."""
    pads, reach = use.op.pads(use.x), use.op.reach(use.x)
    counted = pads if use.op.count_padding else (0, 0, 0, 0)
    positional = {"kernel": use["kernel"], "strides": use["stride"]}
    wider = Lowering(
        "padded_avg_pool",
        positional,
        {"pads": nested(reach), "counted": nested(counted)},
        {"counted": ((0, 0), (0, 0))},
    )
    if any(reach) and counted == reach:
        return Lowering("counted_avg_pool", positional, {"pads": nested(reach)}, wider=wider)
    word = word_for(use.op, use.x)
    if word is None:
        return wider
    return _pool("layers.AveragePooling2D", positional, word, wider)


def _pool(construct: str, positional: dict[str, Quantity], word: str, wider: Lowering) -> Lowering:
    padding = {"padding": constant(word)}
    if word == "same":
        return Lowering(construct, positional | padding, wider=wider)
    return Lowering(construct, positional, padding, {"padding": "valid"}, wider=wider)


def nested(pads: Pads) -> Quantity:
    """Write pads as Keras does: ``((top, bottom), (left, right))``."""
    top, bottom, left, right = pads
    return constant(((top, bottom), (left, right)))
