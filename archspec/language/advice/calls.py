"""Translation of a call in PyTorch or Keras, ``Conv2d(3, 32, 3)``, to a step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from archspec.language.advice import porting
from archspec.language.syntax.words import attributes_of, known_words

_POSITIONS: Mapping[str, tuple[str, str]] = {
    "AdaptiveAvgPool2d": ("adaptive_avg_pool", "grid"),
    "AdaptiveMaxPool2d": ("adaptive_max_pool", "grid"),
    "AveragePooling2D": ("avg_pool", "kernel stride padding"),
    "AvgPool2d": ("avg_pool", "kernel stride padding ceil count_padding"),
    "BatchNorm2d": ("batch_norm", "_ epsilon"),
    "BatchNormalization": ("batch_norm", "_ momentum epsilon"),
    "Conv2D": ("conv", "filters kernel stride padding"),
    "Conv2DTranspose": ("conv_transpose", "filters kernel stride padding"),
    "Conv2d": ("conv", "_ filters kernel stride padding dilation groups bias"),
    "ConvTranspose2d": ("conv_transpose", "_ filters kernel stride padding output_padding groups"),
    "Dense": ("dense", "units activation"),
    "DepthwiseConv2D": ("depthwise_conv", "kernel stride padding multiplier"),
    "Dropout": ("dropout", "rate"),
    "ELU": ("elu", "alpha"),
    "Flatten": ("flatten", "_ _"),
    "GELU": ("gelu", "approximate"),
    "GlobalAveragePooling2D": ("global_avg_pool", ""),
    "GlobalMaxPooling2D": ("global_max_pool", ""),
    "Hardswish": ("hard_swish", "_"),
    "GroupNorm": ("group_norm", "groups _ epsilon"),
    "GroupNormalization": ("group_norm", "groups"),
    "Hardtanh": ("hard_tanh", "low high"),
    "InstanceNorm2d": ("instance_norm", "_ epsilon"),
    "LayerNorm": ("layer_norm", "_ epsilon"),
    "LocalResponseNorm": ("local_response_norm", "size alpha beta k"),
    "LeakyReLU": ("leaky_relu", "slope"),
    "Linear": ("dense", "_ units bias"),
    "MaxPool2d": ("max_pool", "kernel stride padding"),
    "MaxPooling2D": ("max_pool", "kernel stride padding"),
    "Mish": ("mish", "_"),
    "RMSNorm": ("rms_norm", "_ epsilon"),
    "PixelShuffle": ("depth_to_space", "block"),
    "PixelUnshuffle": ("space_to_depth", "block"),
    "ReLU": ("relu", ""),
    "ReLU6": ("relu6", "_"),
    "SiLU": ("silu", "_"),
    "Softmax": ("softmax", "_"),
    "UpSampling2D": ("upsample", "factor"),
    "Upsample": ("upsample", ""),
    "ZeroPad2d": ("pad", "cells"),
    "ZeroPadding2D": ("pad", "cells"),
}
"""The word of each layer, and the attributes of its positional arguments; ``_`` for none."""

_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "AvgPool2d": {"count_padding": "true"},
    "BatchNorm2d": {"epsilon": "1e-5", "momentum": "0.9"},
    "GroupNormalization": {"groups": "32", "epsilon": "1e-3"},
    "InstanceNorm2d": {"affine": "false"},
}
"""PyTorch's defaults that differ from those of a spec."""

_BY_ARGUMENT: Mapping[tuple[str, str], str] = {
    ("AdaptiveAvgPool2d", "1"): "global_avg_pool",
    ("AdaptiveAvgPool2d", "1x1"): "global_avg_pool",
    ("AdaptiveMaxPool2d", "1"): "global_max_pool",
    ("AdaptiveMaxPool2d", "1x1"): "global_max_pool",
    ("ReLU", "true"): "relu",
    ("ReLU", "6"): "relu6",
    ("ReLU", "6.0"): "relu6",
    ("ReLU", "6."): "relu6",
}
"""Calls whose only argument determines the word."""

_CALL = re.compile(r"(?:\w+\.)*(\w+)\((.*)\)", re.DOTALL)
_ARGUMENT = re.compile(r"(?:[^,([]|\([^()]*\)|\[[^][]*\])+")
_SIZES = re.compile(r"[(\[]\s*([0-9]+)\s*,\s*([0-9]+)\s*[)\]]")
_FRACTION = re.compile(r"0?\.[0-9]{1,9}")
_VALUE = re.compile(r"[0-9]+x[0-9]+|[0-9.]+(?:e-?[0-9]+)?|true|false|none|[a-z][a-z0-9_]*")
_USUAL = {"stride": "1", "dilation": "1", "groups": "1", "bias": "true", "output_padding": "0"}
_BARE = tuple("filters units rate factor cells multiplier slope alpha block".split())
"""Attributes whose values need no name."""
_RANKS = ("kernel", *_BARE, "stride", "padding")


def step_of(call: str) -> str | None:
    """Translate a call to a step; None if a layer, an argument or a value is unknown."""
    found = _CALL.fullmatch(call)
    if found is None:
        return None
    value = _value(found[2].rpartition("=")[2])
    if found[1] == "Activation":
        word = porting.word_for(value) or value
        return word if word in known_words() else None
    if (found[1], value) in _BY_ARGUMENT and "," not in found[2].partition("(")[0]:
        return _BY_ARGUMENT[found[1], value]
    return _step_by_position(found[1], found[2])


def _step_by_position(layer: str, arguments: str) -> str | None:
    if layer not in _POSITIONS:
        return None
    word, positions = _POSITIONS[layer]
    given = dict(_arguments(arguments, positions.split(), word))
    if None in given or any(not _VALUE.fullmatch(value) for value in given.values()):
        return None
    told = {str(name): value for name, value in given.items() if name != "_"}
    return _written(word, dict(_DEFAULTS.get(layer, {})) | _as_here(told, layer))


def _arguments(text: str, positions: list[str], word: str) -> Iterator[tuple[str | None, str]]:
    """Yield a call's arguments by attribute: ``_`` for those to omit, None for unknown ones."""
    attributes = attributes_of(word) or {}
    for index, argument in enumerate(_ARGUMENT.findall(text)):
        key, equals, value = argument.partition("=")
        if not equals:
            name = positions[index] if index < len(positions) else None
            yield name, _value(argument)
            continue
        meant = (key.strip(), *porting.ATTRIBUTES.get(porting.plain(key), ()))
        name = next((each for each in meant if each in attributes), None)
        yield "_" if name is None and _is_irrelevant(key, value) else name, _value(value)


def _is_irrelevant(key: str, value: str) -> bool:
    """Whether an argument without an attribute here does not affect the result."""
    said = porting.ARGUMENTS.get(porting.plain(key), porting.MISSING)
    return not said.startswith(porting.MISSING) and _value(value) != "false"


def _as_here(given: dict[str, str], layer: str) -> dict[str, str]:
    """Convert values: PyTorch's momentum is the fraction of the new value, here of the old one.

    The only approximation of GELU becomes true.
    """
    if "approximate" in given:
        said = {"tanh": "true", "none": "false"}
        return {**given, "approximate": said.get(given["approximate"], given["approximate"])}
    momentum = given.get("momentum", "")
    if layer == "BatchNorm2d" and _FRACTION.fullmatch(momentum):
        return {**given, "momentum": f"{1 - float(momentum):g}"}
    return given


def _value(text: str) -> str:
    stripped = text.strip().strip("'\"").lower()
    sizes = _SIZES.fullmatch(stripped)
    return "x".join(sizes.groups()) if sizes else stripped


def _written(word: str, given: dict[str, str]) -> str:
    """Format a step with other tools' defaults made explicit, such as no padding."""
    attributes = attributes_of(word) or {}
    if "kernel" in given and word in ("max_pool", "avg_pool"):
        given.setdefault("stride", given["kernel"])
    if "padding" in attributes:
        given.setdefault("padding", "valid")
    if given.get("padding") in ("0", "valid"):
        given.pop("count_padding", None)
    kept = {name: value for name, value in given.items() if _USUAL.get(name) != _square(value)}
    ordered = sorted(kept, key=lambda name: _RANKS.index(name) if name in _RANKS else len(_RANKS))
    return " ".join([word, *(_short(name, kept[name]) for name in ordered)])


def _square(value: str) -> str:
    """Shorten two equal sizes to one."""
    first, _, second = value.partition("x")
    return first if first == second else value


def _short(name: str, value: str) -> str:
    if name == "kernel":
        return value if "x" in value else f"{value}x{value}"
    if name == "stride":
        return f"/{_square(value)}"
    if name == "padding" and value in ("0", "valid", "same"):
        return "same" if value == "same" else "V"
    if name in ("padding", "cells") and "x" in value:
        down, across = value.split("x")
        value = down if down == across else f"[{down},{down},{across},{across}]"
    if name in ("norm", "activation"):
        value = porting.word_for(value) or value if value not in known_words() else value
    return value if name in _BARE else f"{name}={value}"
