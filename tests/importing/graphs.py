"""ONNX graphs as other exporters write them, made node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper


@dataclass
class Drawn:
    """A graph that is written node by node, with weights from a seed; values are named in order."""

    shape: tuple[int, ...] = (3, 8, 8)
    nodes: list[Any] = field(default_factory=list)
    weights: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(0)

    def weight(self, *shape: int) -> str:
        """Draw a tensor between 0.2 and 1.2."""
        return self.constant(self.random.random(shape).astype("float32") + np.float32(0.2))

    def constant(self, array: Any) -> str:
        """Keep an array."""
        name = f"w{len(self.weights)}"
        self.weights[name] = np.asarray(array)
        return name

    def node(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """Add a node, and return the name of its value, or names."""
        names = [f"v{len(self.nodes)}_{at}" for at in range(outputs)]
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), names, name, **attributes))
        return names[0] if outputs == 1 else names

    def conv(self, value: str, channels: int, filters: int, kernel: int = 3, **told: Any) -> str:
        """Add a convolution with a bias that keeps the grid."""
        pads = [kernel // 2] * 4
        weights = self.weight(filters, channels, kernel, kernel), self.weight(filters)
        found: str = self.node("Conv", value, *weights, **{"pads": pads, **told})
        return found

    def model(self, *outputs: str, opset: int = 17) -> Any:
        """Make the model, of one image or of any number."""
        given = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", *self.shape])
        left = [helper.make_tensor_value_info(each, TensorProto.FLOAT, None) for each in outputs]
        held = [numpy_helper.from_array(array, name) for name, array in self.weights.items()]
        graph = helper.make_graph(self.nodes, "drawn", [given], left, held)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def write(file: Path, model: Any) -> Path:
    """Write a model."""
    file.write_bytes(model.SerializeToString())
    return file


def chain(count: int) -> Any:
    """Make a model of many nodes in a row."""
    drawn = Drawn()
    value = "x"
    for _ in range(count):
        value = drawn.node("Relu", value)
    return drawn.model(value)


def residuals() -> Any:
    """Write three equal residual blocks as old exporters do: flat, norms folded."""
    drawn = Drawn()
    value = drawn.node("Relu", drawn.conv("x", 3, 4))
    for _ in range(3):
        inner = drawn.conv(drawn.node("Relu", drawn.conv(value, 4, 4)), 4, 4)
        value = drawn.node("Relu", drawn.node("Add", inner, value))
    pooled = drawn.node("Flatten", drawn.node("GlobalAveragePool", value))
    weights = drawn.weight(5, 4), drawn.weight(5)
    return drawn.model(drawn.node("Gemm", pooled, *weights, transB=1))


def normed() -> Any:
    """Write a convolution with its batch norm, clipped, and a layer as a product and a sum."""
    drawn = Drawn()
    conv = drawn.node("Conv", "x", drawn.weight(4, 3, 3, 3), strides=[2, 2], auto_pad="SAME_UPPER")
    norm = drawn.node("BatchNormalization", conv, *(drawn.weight(4) for _ in range(4)))
    bounds = drawn.constant(np.float32(0)), drawn.constant(np.float32(6))
    clipped = drawn.node("Clip", norm, *bounds)
    pooled = drawn.node("ReduceMean", clipped, axes=[2, 3], keepdims=0)
    product = drawn.node("MatMul", pooled, drawn.weight(4, 6))
    return drawn.model(drawn.node("Softmax", drawn.node("Add", product, drawn.weight(6)), axis=1))


def gated() -> Any:
    """Write a gate of squeeze and excitation, and swish written as a product."""
    drawn = Drawn()
    conv = drawn.conv("x", 3, 4)
    swish = drawn.node("Mul", conv, drawn.node("Sigmoid", conv))
    inner = drawn.conv(drawn.node("GlobalAveragePool", swish), 4, 2, 1)
    gate = drawn.node("HardSigmoid", drawn.conv(inner, 2, 4, 1), alpha=1 / 6)
    return drawn.model(drawn.node("Mul", swish, gate))


def shuffled() -> Any:
    """Write a split, a slice, a shuffle by reshapes whose sizes are computed, and a concat."""
    drawn = Drawn((8, 4, 4))
    sizes = drawn.constant(np.array([5, 3], "int64"))
    left, right = drawn.node("Split", "x", sizes, outputs=2, axis=1)
    begin, end = (drawn.constant(np.array([each], "int64")) for each in (1, 9223372036854775807))
    kept = drawn.node("Slice", right, begin, end, drawn.constant(np.array([1], "int64")))
    grouped = drawn.constant(np.array([-1, 2, 4, 4, 4], "int64"))
    parts = drawn.node("Reshape", "x", grouped)
    swapped = drawn.node("Transpose", parts, perm=[0, 2, 1, 3, 4])
    ends = [drawn.constant(np.array(each, "int64")) for each in ([-1], [8, 4, 4])]
    back = drawn.node("Reshape", swapped, drawn.node("Concat", *ends, axis=0))
    return drawn.model(drawn.node("Concat", left, kept, back, axis=1))


def resized() -> Any:
    """Write zeros added before a convolution, pools, resizes, scales and three results."""
    drawn = Drawn((4, 6, 6))
    cells = drawn.constant(np.array([0, 0, 0, 0, 0, 0, 1, 1], "int64"))
    padded = drawn.node("Pad", "x", cells)
    conv = drawn.conv(padded, 4, 4, 3, pads=[0, 0, 0, 0], strides=[2, 2])
    ceil = drawn.node("MaxPool", conv, kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
    scales = drawn.constant(np.array([1, 1, 2, 2], "float32"))
    half: dict[str, Any] = {"mode": "linear", _HOW: "half_pixel"}
    large = drawn.node("Resize", ceil, "", scales, **half)
    corners = drawn.node("Resize", ceil, "", scales, **{**half, _HOW: "align_corners"})
    mean = drawn.node("AveragePool", "x", kernel_shape=[3, 3], pads=[1] * 4, count_include_pad=1)
    uneven = drawn.conv(mean, 4, 4, 3, pads=[0, 1, 2, 1])
    scaled = drawn.node("Mul", uneven, drawn.weight(4, 1, 1))
    up = drawn.node("ConvTranspose", large, drawn.weight(4, 2, 2, 2), strides=[2, 2])
    return drawn.model(drawn.node("Div", scaled, drawn.constant(np.float32(4))), up, corners)


_HOW = "coordinate_transformation_mode"


def rearranged() -> Any:
    """Write blocks that move to channels and back, all kinds of padding, and uneven merges."""
    drawn = Drawn((8, 4, 4))
    up = drawn.node("DepthToSpace", "x", blocksize=2, mode="CRD")
    other = drawn.node("DepthToSpace", "x", blocksize=2)
    merged = drawn.node("Max", drawn.node("Mean", up, other), drawn.node("Min", up, other))
    down = drawn.node("SpaceToDepth", merged, blocksize=4)
    mirror, cut = (
        drawn.constant(np.array([0, 0, *begin, 0, 0, *end], "int64"))
        for begin, end in (((1, 0), (0, 1)), ((-1, 2), (1, -1)))
    )
    filled = drawn.node("Pad", drawn.node("Pad", merged, mirror, mode="reflect"), cut)
    edge = drawn.node("Pad", filled, mirror, mode="edge")
    seen = drawn.node("ReduceMean", edge, axes=[1]), drawn.node("ReduceMax", edge, axes=[1])
    return drawn.model(drawn.node("Concat", *seen, axis=1), down)


def selected() -> Any:
    """Write two paths that are stacked, weighed against each other and added up."""
    drawn = Drawn()
    axis = drawn.constant(np.array([1], "int64"))
    paths = [drawn.node("Unsqueeze", drawn.conv("x", 3, 4), axis) for _ in range(2)]
    stack = drawn.node("Concat", *paths, axis=1)
    fused = drawn.node("GlobalAveragePool", drawn.node("ReduceSum", stack, axis, keepdims=0))
    parts = drawn.constant(np.array([0, 2, 4, 1, 1], "int64"))
    gate = drawn.node("Reshape", drawn.conv(fused, 4, 8, 1), parts)
    weighed = drawn.node("Mul", stack, drawn.node("Softmax", gate, axis=1))
    return drawn.model(drawn.node("ReduceSum", weighed, axis, keepdims=0))


def by_cells() -> Any:
    """Write Keras's Flatten as tf2onnx does, in front of both kinds of a linear layer."""
    drawn = Drawn((3, 5, 4))
    last = drawn.node("Transpose", drawn.conv("x", 3, 2), perm=[0, 2, 3, 1])
    flat = drawn.node("Reshape", last, drawn.constant(np.array([-1, 40], "int64")))
    first = drawn.node("Gemm", flat, drawn.weight(40, 6), drawn.weight(6))
    return drawn.model(first, drawn.node("MatMul", flat, drawn.weight(40, 7)))


def kept() -> Any:
    """Write parts of the grid and of channels, channels in another order, and zeros as channels."""
    drawn = Drawn((4, 6, 6))
    numbers = ([1, -1], [5, -1000], [2, 1], [2, -1])
    part = (drawn.constant(np.array(each, "int64")) for each in numbers)
    sliced = drawn.node("Slice", "x", *part)
    order = drawn.constant(np.array([2, 0, 1, -1], "int64"))
    gathered = drawn.node("Gather", "x", order, axis=1)
    single = drawn.node("Gather", "x", drawn.constant(np.array(3, "int64")), axis=1)
    more = drawn.node("Pad", "x", drawn.constant(np.array([0, 2, 0, 0, 0, 6, 0, 0], "int64")))
    zeros = drawn.constant(np.zeros((1, 3, 6, 6), "float32"))
    filled = drawn.node("Concat", zeros, gathered, axis=1)
    return drawn.model(sliced, single, more, filled)


def whole() -> Any:
    """Write sums and maxima over the grid, side by side and at once, and over blocks of it."""
    drawn = Drawn((4, 6, 6))
    axes = drawn.constant(np.array([2, 3], "int64"))
    total = drawn.node("ReduceSum", "x", axes, keepdims=0)
    rows = drawn.node("ReduceMax", drawn.node("ReduceMax", "x", axes=[3], keepdims=0), axes=[2])
    parted = drawn.constant(np.array([0, 4, 3, 2, 2, 3], "int64"))
    blocks = drawn.node("ReduceMean", drawn.node("Reshape", "x", parted), axes=[3, 5], keepdims=0)
    flat = drawn.node("Reshape", "x", drawn.constant(np.array([0, 4, -1], "int64")))
    return drawn.model(total, rows, blocks, drawn.node("ReduceMean", flat, axes=[2], keepdims=0))


def written_out() -> Any:
    """Write functions and a norm as models do that have no operators for them."""
    drawn = Drawn((3, 4, 5))
    half, one, two, three = (drawn.constant(np.float32(each)) for each in (0.5, 1, 2, 3))
    root, cubic, factor = (
        drawn.constant(np.float32(each)) for each in (2**0.5, 0.044715, 0.7978846)
    )
    below = drawn.node("Add", drawn.node("Erf", drawn.node("Div", "x", root)), one)
    normal = drawn.node("Mul", drawn.node("Mul", "x", half), below)
    cube = drawn.node("Mul", drawn.node("Pow", normal, three), cubic)
    curve = drawn.node("Tanh", drawn.node("Mul", drawn.node("Add", normal, cube), factor))
    weighed = drawn.node("Mul", normal, drawn.node("Mul", drawn.node("Add", curve, one), half))
    centred = drawn.node("Sub", weighed, drawn.node("ReduceMean", weighed, axes=[1]))
    variance = drawn.node("ReduceMean", drawn.node("Pow", centred, two), axes=[1])
    epsilon = drawn.constant(np.float32(1e-5))
    standard = drawn.node("Div", centred, drawn.node("Sqrt", drawn.node("Add", variance, epsilon)))
    scaled = drawn.node("Mul", standard, drawn.weight(3, 1, 1))
    normed = drawn.node("Add", scaled, drawn.weight(3, 1, 1))
    moved = drawn.node("Div", drawn.node("Add", normed, one), two)
    folded = drawn.node("Abs", drawn.node("Neg", drawn.node("Sub", two, moved)))
    return drawn.model(normed, drawn.node("Pow", folded, two))


GRAPHS = (
    residuals,
    normed,
    gated,
    shuffled,
    resized,
    rearranged,
    selected,
    by_cells,
    kept,
    whole,
    written_out,
)


def external(folder: Path, location: str, length: int | None = None) -> Any:
    """Make a model whose weights lie in another file, or claim to."""
    drawn = Drawn()
    model = drawn.model(drawn.conv("x", 3, 4))
    tensor = model.graph.initializer[0]
    data = tensor.raw_data
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    told: Mapping[str, Any] = {"location": location, "length": length or len(data)}
    for key, value in told.items():
        tensor.external_data.add(key=key, value=str(value))
    (folder / "weights.bin").write_bytes(data)
    return model


def entries(model: Any) -> Sequence[Any]:
    """Return the nodes of a model, to be spoilt."""
    found: Sequence[Any] = model.graph.node
    return found
