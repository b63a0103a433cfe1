"""What boxes say, in the words of the figures of arXiv:1602.07261."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from archspec.attributes import Value, show
from archspec.graph import Node, Scope
from archspec.operator import REQUIRED, Operator, RuleError, words_with
from archspec.tensor import TensorType

_CONVOLUTIONS: Mapping[str, str] = {"conv2d": "conv", "conv_transpose2d": "transposed conv"}
_POOLS: Mapping[str, str] = {"avg_pool": "AvgPool", "max_pool": "MaxPool"}
_LONGEST_OPTIONS = 32
_SIMPLE: Mapping[str, str] = {
    "add": "+",
    "batch_norm": "Batch norm",
    "flatten": "Flatten",
    "global_avg_pool": "Average pooling",
    "global_max_pool": "Max pooling",
    "l2_normalize": "L2 normalize",
    "layer_norm": "Layer norm",
    "layer_scale": "Layer scale",
    "multiply": "\N{MULTIPLICATION SIGN}",
    "softmax": "Softmax",
    "subtract": "\N{MINUS SIGN}",
}


def of_node(node: Node) -> str:
    """Name an operator: ``3x3 MaxPool (stride 2 V)``, ``Filter concat``, ``+``."""
    op = node.op
    if op.word in _CONVOLUTIONS:
        return convolution(op, node.inputs[0])
    if op.word in _SIMPLE:
        return _SIMPLE[op.word]
    if op.word in _POOLS:
        return pool(op, node.inputs[0])
    if op.word in _NAMED:
        return _NAMED[op.word](op)
    if op.word == "concat":
        return "Filter concat" if node.output.is_map else "Concat"
    if op.word in words_with("activation"):
        return _with(f"{title(op.word, ' ')} activation", _written(op))
    return _with(title(op.word, " "), _written(op))


def of_layer(scope: Scope, first: Node) -> str:
    """Name a layer by its operator; an activation is said unless it is the usual one.

    That is a ReLU after a convolution, which without one is linear, and none after a dense layer.
    """
    activation = str(scope.arguments.get("activation", "none"))
    if first.op.word in _CONVOLUTIONS:
        said = {"none": "Linear", "relu": ""}.get(activation, activation)
        return convolution(first.op, first.inputs[0], said)
    said = "" if activation == "none" else activation
    return _with(
        title(scope.step.word if scope.step else first.op.word), [str(_main(first.op)), said]
    )


def convolution(op: Any, x: TensorType, activation: str = "") -> str:
    """Name a convolution: ``3x3 conv (96 stride 2 V)``, ``3x3 depthwise conv (stride 2)``."""
    name = _CONVOLUTIONS[op.word]
    depthwise = 1 < getattr(op, "groups", 1) == x.channels
    details = [
        "" if depthwise and op.filters == x.channels else str(op.filters),
        *_steps(op),
        _unless(1, op.groups, "groups") if hasattr(op, "groups") and not depthwise else "",
        _padding(op, x),
        _unless((0, 0), getattr(op, "output_padding", (0, 0)), "output padding"),
        activation,
    ]
    return _with(f"{show(op.kernel)} {'depthwise ' if depthwise else ''}{name}", details)


def pool(op: Any, x: TensorType) -> str:
    """Name a pool: ``3x3 MaxPool (stride 2 V)``; ``ceil`` is said where it adds a window."""
    details = [
        *_steps(op),
        _padding(op, x),
        "ceil" if _reshapes(op, x, ceil=False) else "",
        "padding counted" if getattr(op, "count_padding", False) and any(op.pads(x)) else "",
    ]
    return _with(f"{show(op.kernel)} {_POOLS[op.word]}", details)


def of_module(name: str, options: Mapping[str, Value], shown: Iterable[str]) -> str:
    """Name a module by its template, and by the options that tell its uses apart."""
    main = next(iter(options), None)
    said = [
        show(options[each]) if each == main else f"{each}={show(options[each])}"
        for each in options
        if each in shown
    ]
    return _with(title(name), _first(said, _LONGEST_OPTIONS))


def _first(words: list[str], most: int) -> list[str]:
    """Take as many words as fit into ``most`` characters, at least one, and tell if more follow."""
    count = next((n for n in range(2, len(words) + 1) if len(" ".join(words[:n])) > most), 0)
    return [*words[: count - 1], "..."] if count else words


def title(name: str, join: str = "-") -> str:
    """Write a name as a figure does: ``inception_resnet_a`` as ``Inception-resnet-A``."""
    first, *rest = name.split("_")
    return join.join(
        [first.capitalize(), *(each.upper() if len(each) == 1 else each for each in rest)]
    )


def times(count: int, label: str) -> str:
    """Say how many copies there are, where there are several."""
    return f"{count} x {label}".rstrip() if count > 1 else label


def _with(name: str, details: Iterable[str]) -> str:
    said = " ".join(each for each in details if each)
    return f"{name} ({said})" if said else name


def _steps(op: Any) -> Iterator[str]:
    yield _unless((1, 1), op.stride, "stride")
    yield _unless((1, 1), getattr(op, "dilation", (1, 1)), "dilation")


def _unless(usual: Value, value: Value, name: str) -> str:
    if value == usual:
        return ""
    square = isinstance(value, tuple) and len(set(value)) == 1
    return f"{name} {show(value[0] if isinstance(value, tuple) and square else value)}"


def _padding(op: Any, x: TensorType) -> str:
    """Say a padding; ``symmetric`` only where it gives another shape than ``same``."""
    if op.padding == "valid":
        return "V"
    if isinstance(op.padding, str):
        return op.padding if _reshapes(op, x, padding="same") else ""
    return _unless((), op.padding, "padding")


def _reshapes(op: Operator, x: TensorType, **usual: Value) -> bool:
    """Whether an operator gives another shape than it would with the usual attributes."""
    try:
        return op.replace(**usual).infer(x) != op.infer(x)
    except RuleError:
        return True


def _main(op: Operator) -> str:
    return show(getattr(op, op.main)) if op.main else ""


def _written(op: Operator) -> list[str]:
    """List the attributes that differ from their defaults."""
    changed = [
        each
        for each in op.attributes.values()
        if each.default is REQUIRED or getattr(op, each.name) != each.default
    ]
    return [
        show(getattr(op, each.name))
        if each.name == op.main
        else f"{each.name}={show(getattr(op, each.name))}"
        for each in changed
    ]


_NAMED: Mapping[str, Callable[[Any], str]] = {
    "channel_shuffle": lambda op: f"Channel shuffle ({op.groups} groups)",
    "dropout": lambda op: f"Dropout (keep {round(1 - op.rate, 6):g})",
    "fully_connected": lambda op: f"Dense ({op.units})",
    "scale": lambda op: f"Activation scaling ({op.factor:g})",
    "slice": lambda op: f"Slice ({op.start} to {op.stop})",
    "upsample": lambda op: _with(f"{show(op.factor)} upsample", [op.mode]),
}
