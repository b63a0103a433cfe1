"""ONNX nodes that look like a word of specs and compute otherwise, read without a proof."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx")

from onnx import TensorProto, helper

from archspec.diagnostic import SpecError
from archspec.importing.importing import import_source
from archspec.importing.onnx.file import OnnxFile
from archspec.importing.order import Order
from tests.importing.graphs import Drawn, write
from tests.importing.test_onnx import imported, silent

Draw = Callable[[Drawn], str]
SHAPE = (4, 8, 8)


def numbers(drawn: Drawn, *given: int) -> str:
    return drawn.constant(np.array(given, "int64"))


def single(drawn: Drawn, given: float) -> str:
    return drawn.constant(np.array(given, "float32"))


def around(drawn: Drawn, fill: float, *cells: int, **told: Any) -> str:
    """Pad the input above, on the left, below, on the right."""
    top, left, bottom, right = cells or (1, 1, 1, 1)
    pads = numbers(drawn, 0, 0, top, left, 0, 0, bottom, right)
    padded: str = drawn.node("Pad", "x", pads, single(drawn, fill), **told)
    return padded


def some_axes(drawn: Drawn) -> str:
    """Pad columns and rows, named in this order."""
    pads, axes = numbers(drawn, 2, 1, 0, 1), numbers(drawn, 3, 2)
    padded: str = drawn.node("Pad", "x", pads, single(drawn, 0), axes)
    return padded


def averaged(drawn: Drawn) -> str:
    average: str = drawn.node("GlobalAveragePool", "x")
    return average


def spread(drawn: Drawn) -> str:
    copies: str = drawn.node("Expand", averaged(drawn), numbers(drawn, 1, 4, 8, 8))
    return copies


def chosen(drawn: Drawn) -> str:
    """Take what one of two graphs gives."""
    result = helper.make_tensor_value_info("result", TensorProto.FLOAT, None)
    node = helper.make_node("Identity", ["x"], ["result"])
    branch = helper.make_graph([node], "branch", [], [result])
    condition = drawn.constant(np.array(True))
    found: str = drawn.node("If", condition, then_branch=branch, else_branch=branch)
    return found


def written(draw: Draw, folder: Path, shape: tuple[int, ...] = SHAPE, opset: int = 18) -> Path:
    drawn = Drawn(shape)
    return write(folder / "net.onnx", drawn.model(draw(drawn), opset=opset))


def reason(file: Path) -> str:
    """Return why a file is refused whose spec nobody proves."""
    with pytest.raises(SpecError) as refused:
        import_source(Order(str(file), {}, {}, verify=False), OnnxFile(file), silent)
    return str(refused.value)


ALIKE: dict[str, Draw] = {
    "what cuts off fills nothing": lambda d: d.conv(around(d, -np.inf, -1, -1, -2, -1), 4, 6),
    "axes of a pad in another order": lambda d: d.conv(some_axes(d), 4, 6),
    "same padding around zeros": lambda d: d.node(
        "Conv",
        around(d, 0, 1, 0, 0, 0),
        d.weight(6, 4, 3, 3),
        auto_pad="SAME_UPPER",
        strides=[2, 2],
    ),
    "same padding around no cells": lambda d: d.node(
        "MaxPool",
        around(d, -np.inf, 1, 0, 0, 0),
        kernel_shape=[3, 3],
        strides=[2, 2],
        auto_pad="SAME_UPPER",
    ),
    "an average that rounds up behind zeros": lambda d: d.node(
        "AveragePool",
        around(d, 0, 0, 0, 2, 2),
        kernel_shape=[3, 3],
        strides=[5, 5],
        ceil_mode=1,
    ),
    "a cell with zeros around it": lambda d: d.conv(averaged(d), 4, 6, 1, pads=[1] * 4),
    "cells beside a map": lambda d: d.node("Concat", spread(d), "x", axis=1),
    "a bias for each channel": lambda d: d.node(
        "Add", d.node("Conv", "x", d.weight(8, 4, 1, 1)), d.weight(8, 1, 1)
    ),
}


@pytest.mark.parametrize("name", ALIKE)
def test_what_has_a_word_computes_what_the_file_computes(name: str, tmp_path: Path) -> None:
    found = imported(written(ALIKE[name], tmp_path))
    assert found.difference is not None
    assert found.difference < 1e-5


UNLIKE: dict[str, tuple[Draw, str]] = {
    "a convolution over cells of minus infinity": (
        lambda d: d.conv(around(d, -np.inf), 4, 6),
        "cells of -inf are around what it takes",
    ),
    "cells of one": (lambda d: d.conv(around(d, 1.0), 4, 6), "it adds cells of 1"),
    "padded channels and cells": (
        lambda d: d.node("Pad", "x", numbers(d, 0, 1, 1, 0, 0, 0, 0, 0)),
        "it adds examples, channels that are not zeros, or channels and cells at once",
    ),
    "a max pool that rounds up behind no cells": (
        lambda d: d.node(
            "MaxPool",
            around(d, -np.inf, 0, 0, 4, 4),
            kernel_shape=[3, 3],
            strides=[9, 9],
            ceil_mode=1,
        ),
        "a window that begins in the cells behind",
    ),
    "a bias for each column": (
        lambda d: d.node("Add", d.node("Conv", "x", d.weight(8, 4, 1, 1)), d.weight(8)),
        "its numbers are (8,), neither one nor one for each channel",
    ),
    "slopes for each column": (
        lambda d: d.node("PRelu", d.conv("x", 4, 8), d.weight(1, 1, 8)),
        "not one for each channel",
    ),
    "factors for each row": (
        lambda d: d.node("Mul", d.node("Transpose", "x", perm=[0, 2, 1, 3]), d.weight(8, 1, 1)),
        "its weights are (8, 1, 1), not one for each channel",
    ),
    "a bias of one for several units": (
        lambda d: d.node("Gemm", d.node("Flatten", "x"), d.weight(256, 3), d.weight(1)),
        "adds no bias for each unit",
    ),
    "numbers that are cut": (
        lambda d: d.node("Cast", d.node("Cast", "x", to=TensorProto.INT32), to=TensorProto.FLOAT),
        "it rounds numbers to INT32",
    ),
    "a sum over copies": (
        lambda d: d.node("ReduceSum", spread(d), numbers(d, 2, 3)),
        "it takes numbers that are spread over more cells or channels",
    ),
    "copies that leave": (spread, "it returns numbers that are spread"),
    "copies of examples": (
        lambda d: d.node("Expand", "x", numbers(d, 2, 4, 8, 8)),
        "it copies examples",
    ),
    "an example of several": (
        lambda d: d.node("Slice", "x", numbers(d, 0), numbers(d, 1), numbers(d, 0)),
        "it takes some examples of a batch",
    ),
    "a size that keeps proportions": (
        lambda d: d.node(
            "Resize",
            "x",
            "",
            "",
            numbers(d, 1, 4, 16, 24),
            mode="linear",
            keep_aspect_ratio_policy="not_larger",
        ),
        "it interpolates otherwise",
    ),
    "dropout that drops": (
        lambda d: d.node("Dropout", "x", single(d, 0.5), d.constant(np.array(True))),
        "it is in training mode: export the model in inference mode",
    ),
    "an order of dimensions that a transpose changed long before": (
        lambda d: d.node("Relu", d.node("Transpose", "x", perm=[0, 2, 3, 1])),
        "a map whose dimensions change their order before the end",
    ),
    "a choice between graphs": (chosen, "it chooses what it computes while it runs"),
    "one bound": (lambda d: d.node("Clip", "x", single(d, 0.5)), "it clips on one side alone"),
}


@pytest.mark.parametrize("name", UNLIKE)
def test_what_computes_otherwise_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    draw, said = UNLIKE[name]
    assert said in reason(written(draw, tmp_path))


def test_a_norm_that_gives_statistics_is_in_training_mode_before_an_attribute_says_so(
    tmp_path: Path,
) -> None:
    def norm(drawn: Drawn) -> str:
        given = (drawn.weight(4) for _ in range(4))
        return str(drawn.node("BatchNormalization", "x", *given, outputs=5)[0])

    assert "it is in training mode" in reason(written(norm, tmp_path, opset=11))


def test_what_has_no_word_is_no_number_where_an_idiom_turns_out_to_be_none(tmp_path: Path) -> None:
    def quotients(drawn: Drawn) -> str:
        rows = drawn.node("Div", "x", drawn.node("ReduceL2", "x", numbers(drawn, 2)))
        total = drawn.node("Add", drawn.node("Abs", rows), drawn.node("Sin", rows))
        return str(drawn.node("Div", rows, total))

    assert "ReduceL2" in reason(written(quotients, tmp_path))


def test_a_stretched_swish_is_no_silu(tmp_path: Path) -> None:
    file = written(lambda d: str(d.node("Swish", "x", alpha=2.0)), tmp_path, opset=24)
    assert "it stretches what it takes" in reason(file)
