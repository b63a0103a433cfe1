"""Names in emitted sources, which are ASCII identifiers."""

from __future__ import annotations

import builtins
import keyword
import re

from archspec.language.syntax.names import owned

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def identifier(text: str) -> str:
    """Return a name as it is; raise ``ValueError`` for what is no ASCII identifier."""
    if _IDENTIFIER.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no name")
    return text


def step_name(text: str) -> str:
    """Return the name of a step; raise ``ValueError`` for those that no path of a spec has.

    A graph that was made in Python, or a pass, may have them.
    """
    if owned(text) != text or text.startswith("_"):
        better = f"{text.strip('_')}_"
        raise ValueError(f"Python or a framework owns the name `{text}`; call the step `{better}`")
    return identifier(text)


def class_name(text: str) -> str:
    """Turn ``inception_resnet_v2`` into ``InceptionResnetV2``."""
    return "".join(part[:1].upper() + part[1:] for part in identifier(text).split("_"))


IN_CHANNELS = "in_channels"
"""The argument of a module for the number of channels of its input."""

_USED = "cls functional index keras layers math name nn ops partial self torch x".split()
OWNED = frozenset((*keyword.kwlist, *dir(builtins), *_USED))
"""Names that emitted code uses itself."""

FUNCTIONS = frozenset(
    """
    activate activate_by adaptive_avg_pool adaptive_max_pool affine aligned_to approximate_gelu
    arranged attended channel_avg_pool channel_conv channel_max_pool channel_shuffle clipped
    copied_to counted_avg_pool cropped_conv_transpose2d depth_to_space fill flatten
    global_attention_pool global_response_norm interpolated_to is_inferring is_watched l2_normalize
    layer_scale learned local_response_norm multiply padded_avg_pool padded_conv2d
    padded_depthwise_conv2d padded_from_map padded_max_pool pooled_shares prelu radix_softmax
    renamed resize resize_nearest returned round_to save shifted_norm slice_channels sloped_relu
    space_to_depth surrounded takes_packed upsample_aligned variables whole
    """.split()
)
"""Functions of preludes, which no argument may shadow."""

_LOCAL = re.compile(r"inputs|outputs|index_[0-9]+")


def variable(name: str) -> str:
    """Return a name, with an underscore at its end where it is reserved."""
    return f"{identifier(name)}_" if name in OWNED else identifier(name)


def argument_name(name: str) -> str:
    """Return the name of an option or param as an argument, in all backends alike."""
    is_taken = name in FUNCTIONS or _LOCAL.fullmatch(name)
    return f"{identifier(name)}_" if is_taken else variable(name)
