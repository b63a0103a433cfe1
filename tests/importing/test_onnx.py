"""ONNX files become specs without any framework; hostile ones are refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx")

from onnx import TensorProto

import archspec
from archspec.diagnostic import SpecError
from archspec.importing.importing import ImportedSpec, import_source, missing_of
from archspec.importing.onnx.file import OnnxFile
from archspec.importing.onnx.reading import MOST_NODES
from archspec.importing.order import Order
from archspec.importing.proof import largest_difference
from archspec.operators.grid import Pad
from tests.importing import graphs


def silent(stage: str) -> None:
    """Tell nobody."""


def imported(file: Path, **inputs: tuple[int, ...]) -> ImportedSpec:
    return import_source(Order(str(file), inputs, {}), OnnxFile(file), silent)


def refusal(file: Path) -> str:
    with pytest.raises(SpecError) as refused:
        imported(file)
    return str(refused.value)


@pytest.mark.parametrize("make", graphs.GRAPHS, ids=lambda make: make.__name__)
def test_the_spec_computes_what_the_file_computes(make: Callable[[], Any], tmp_path: Path) -> None:
    found = imported(graphs.write(tmp_path / "net.onnx", make()))
    assert found.difference is not None
    assert found.difference < 1e-5


def test_flat_nodes_are_folded_to_repeats(tmp_path: Path) -> None:
    text = imported(graphs.write(tmp_path / "net.onnx", graphs.residuals())).text
    assert "times: 3" in text
    assert "batch_norm" not in text


def test_products_with_a_function_of_oneself_are_named(tmp_path: Path) -> None:
    text = imported(graphs.write(tmp_path / "net.onnx", graphs.gated())).text
    assert "activation: silu" in text
    assert "sigmoid" not in text.replace("hard_sigmoid", "")


def test_weights_beside_the_model_are_read(tmp_path: Path) -> None:
    file = graphs.write(tmp_path / "net.onnx", graphs.external(tmp_path, "weights.bin"))
    assert imported(file).difference == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("location", "length", "said"),
    [
        ("../weights.bin", None, "lie in ../weights.bin, not beside the model"),
        ("/etc/hostname", None, "not beside the model"),
        ("missing.bin", None, "not beside the model"),
        ("weights.bin", 8, "claims 4x3x3x3 and has 8 bytes"),
    ],
)
def test_weights_elsewhere_are_refused(
    location: str, length: int | None, said: str, tmp_path: Path
) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    file = graphs.write(folder / "net.onnx", graphs.external(folder, location, length))
    assert said in refusal(file)


def test_a_cycle_is_refused(tmp_path: Path) -> None:
    model = graphs.chain(3)
    model.graph.node[0].input[0] = model.graph.node[2].output[0]
    assert "which nothing before it gives" in refusal(graphs.write(tmp_path / "net.onnx", model))


def test_too_many_nodes_are_refused_before_they_are_translated(tmp_path: Path) -> None:
    file = graphs.write(tmp_path / "net.onnx", graphs.chain(MOST_NODES + 1))
    assert f"it has {MOST_NODES + 1:,} nodes, more than {MOST_NODES:,}" in refusal(file)


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 50, b"archspec: 1\n" * 20])
def test_what_is_no_model_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "net.onnx"
    file.write_bytes(content)
    assert "import/" in refusal(file)


def test_a_tensor_that_claims_more_than_it_has_is_refused(tmp_path: Path) -> None:
    model = graphs.residuals()
    model.graph.initializer[0].dims[0] = 1 << 40
    assert "claims" in refusal(graphs.write(tmp_path / "net.onnx", model))


@pytest.mark.parametrize("sides", [(1 << 31, 1 << 31), (4, -3)])
def test_a_tensor_without_data_whose_shape_cannot_be_is_refused(
    tmp_path: Path, sides: tuple[int, int]
) -> None:
    model = graphs.residuals()
    first = model.graph.initializer[0]
    first.ClearField("raw_data")
    first.dims[:2] = sides
    assert "beyond any memory" in refusal(graphs.write(tmp_path / "net.onnx", model))


def test_an_open_size_is_asked_for_and_taken(tmp_path: Path) -> None:
    model = graphs.residuals()
    for dim in model.graph.input[0].type.tensor_type.shape.dim[2:]:
        dim.dim_param = "any"
    file = graphs.write(tmp_path / "net.onnx", model)
    assert "--input 224x224x3" in refusal(file)
    assert archspec.count(imported(file, x=(9, 7, 3)).graph).parameters > 0


@pytest.mark.parametrize(
    ("shape", "said"), [((3, 8), "has 3 dimensions"), ((3, 8, 8, 8), "has 5 dimensions")]
)
def test_an_input_that_is_no_map_and_no_vector_is_refused(
    shape: tuple[int, ...], said: str, tmp_path: Path
) -> None:
    drawn = graphs.Drawn(shape=shape)
    file = graphs.write(tmp_path / "net.onnx", drawn.model(drawn.node("Relu", "x")))
    assert said in refusal(file)


def test_a_size_that_the_file_does_not_have_is_refused(tmp_path: Path) -> None:
    file = graphs.write(tmp_path / "net.onnx", graphs.residuals())
    with pytest.raises(SpecError, match="its input `input` is 8x8x3, not 9x7x3"):
        imported(file, x=(9, 7, 3))
    left = import_source(
        Order(str(file), {}, {}, otherwise={"x": (9, 7, 3)}), OnnxFile(file), silent
    )
    assert left.graph.inputs["input"].type.shape == (8, 8, 3)


def test_inputs_that_the_file_does_not_have_are_refused(tmp_path: Path) -> None:
    file = graphs.write(tmp_path / "net.onnx", graphs.residuals())
    with pytest.raises(SpecError, match="it has no input `left`: its inputs are input"):
        imported(file, left=(8, 8, 3), right=(8, 8, 3))


def test_an_output_that_is_no_map_and_no_vector_is_refused(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    cells = drawn.node("Reshape", drawn.conv("x", 3, 4), drawn.constant(np.array([0, 4, 64])))
    file = graphs.write(tmp_path / "net.onnx", drawn.model(cells))
    assert "in an order that no map and no vector of a spec has" in refusal(file)


def test_operators_of_others_are_named_with_their_domain(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    own = drawn.node("Fused", "x", domain="com.example")
    file = graphs.write(tmp_path / "net.onnx", drawn.model(own))
    assert "com.example.Fused in Fused_0: archspec has no word for it" in refusal(file)


def test_a_quantized_file_is_refused_with_advice(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    scale, zero = drawn.constant(np.float32(0.1)), drawn.constant(np.uint8(7))
    file = graphs.write(
        tmp_path / "net.onnx", drawn.model(drawn.node("QuantizeLinear", "x", scale, zero))
    )
    assert "import the file that it was made from" in refusal(file)


def test_maps_with_channels_last_are_taken_and_given_as_they_are(tmp_path: Path) -> None:
    drawn = graphs.Drawn(shape=(6, 8, 3))
    first = drawn.node("Transpose", "x", perm=[0, 3, 1, 2])
    last = drawn.node("Transpose", drawn.conv(first, 3, 5), perm=[0, 2, 3, 1])
    found = imported(graphs.write(tmp_path / "net.onnx", drawn.model(last)))
    assert found.graph.inputs["input"].type.shape == (6, 8, 3)
    assert [each.op.word for each in found.graph.nodes.values()] == ["conv2d"]


def test_zeros_around_an_output_are_added(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    around = drawn.constant(np.array([0, 0, 1, 1, 0, 0, 1, 1]))
    file = graphs.write(tmp_path / "net.onnx", drawn.model(drawn.node("Pad", "x", around)))
    assert [each.op for each in imported(file).graph.nodes.values()] == [Pad(cells=(1, 1, 1, 1))]


def test_filters_for_other_channels_than_arrive_are_refused(tmp_path: Path) -> None:
    drawn = graphs.Drawn(shape=(5, 8, 8))
    said = refusal(graphs.write(tmp_path / "net.onnx", drawn.model(drawn.conv("x", 3, 4))))
    assert "its filters are for 3 channels, and 5 arrive" in said


def test_an_input_that_is_called_like_a_word_has_another_name(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    model = drawn.model(drawn.node("Add", "x", "other"))
    model.graph.input.add().CopyFrom(model.graph.input[0])
    model.graph.input[1].name = "other"
    found = imported(graphs.write(tmp_path / "net.onnx", model))
    assert [*found.graph.inputs] == ["input", "other"]


def test_outputs_of_like_names_are_numbered(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    model = drawn.model(drawn.node("Relu", "x"), drawn.node("Sigmoid", "x"))
    for at, name in enumerate(("a/b", "a_b")):
        model.graph.node[at].output[0] = model.graph.output[at].name = name
    found = imported(graphs.write(tmp_path / "net.onnx", model))
    assert [*found.graph.outputs] == ["a_b", "a_b_2"]


def test_random_numbers_are_no_weights(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    product = drawn.node("Mul", "x", drawn.node("RandomNormal", shape=[1, 3, 1, 1]))
    said = refusal(graphs.write(tmp_path / "net.onnx", drawn.model(product)))
    assert "RandomNormal in RandomNormal_0: it draws other numbers each time" in said


def test_a_file_that_does_not_run_on_one_image_is_refused_in_a_sentence(tmp_path: Path) -> None:
    model = graphs.residuals()
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 4
    said = refusal(graphs.write(tmp_path / "net.onnx", model))
    assert "it does not run on one image of 8x8x3" in said
    assert "--no-verify" in said


def test_a_runtime_that_fails_is_told_by_its_node_and_cause_alone(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    drawn = graphs.Drawn()
    shape = drawn.constant(np.array([0, 3, 8, 8], "int64"))
    node = drawn.node("Reshape", "x", shape, allowzero=1)
    said = refusal(graphs.write(tmp_path / "net.onnx", drawn.model(node)))
    assert "8x8x3: Reshape in Reshape_0: The input tensor cannot be reshaped to the" in said
    assert "requested shape:{0,3,8,8}" in said


def test_an_input_in_half_precision_is_refused_with_a_way_out(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    model = drawn.model(drawn.node("Relu", "x"))
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT16
    said = refusal(graphs.write(tmp_path / "net.onnx", model))
    assert "its input `x` is in half precision" in said
    assert "in float32" in said


def test_outputs_that_are_no_numbers_are_not_called_a_fault_of_the_import(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    weight = drawn.constant(np.full((4, 3, 1, 1), np.nan, "float32"))
    said = refusal(graphs.write(tmp_path / "n.onnx", drawn.model(drawn.node("Conv", "x", weight))))
    assert "hold NaN" in said
    assert "fault of the import" not in said


def test_a_nan_of_a_later_output_is_a_difference() -> None:
    whole, broken = np.ones(3), np.array([1.0, np.nan, 1.0])
    assert np.isnan(largest_difference([whole, whole], [whole, broken]))


def test_probabilities_differ_though_one_class_takes_all() -> None:
    """The logarithms are 0, -40 and -50 of the one, and 0, -40 and -60 of the other."""
    one, other = (np.exp([[0.0, -40.0, each]]) for each in (-50.0, -60.0))
    assert np.abs(one - other).max() < 1e-21
    assert largest_difference([one], [other]) == pytest.approx(10 / 50)
    assert largest_difference([one], [one]) == 0


def test_all_operators_without_a_word_are_named(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    sums = drawn.node("CumSum", drawn.node("Erf", "x"), drawn.constant([1]))
    said = refusal(graphs.write(tmp_path / "net.onnx", drawn.model(sums, drawn.node("Sign", "x"))))
    assert "Erf in Erf_0: archspec has no word for it" in said
    assert "Sign" in said


def test_the_first_operators_without_a_word_are_told_and_all_where_that_is_asked(
    tmp_path: Path,
) -> None:
    drawn = graphs.Drawn()
    kinds = "Acos Atan Ceil Cos Erf Exp Floor Log Round Sign Sin Tan".split()
    model = drawn.model(*(drawn.node(kind, "x") for kind in kinds))
    file = graphs.write(tmp_path / "net.onnx", model)
    assert "and 4 more" in refusal(file)
    found = missing_of(Order(str(file), {}, {}), OnnxFile(file), silent)
    assert [(each.operator, each.times) for each in found] == [(kind, 1) for kind in kinds]


WITHOUT = """
import sys
for name in ("torch", "tensorflow", "keras", "onnxruntime"):
    sys.modules[name] = None
from pathlib import Path
from archspec.importing.importing import import_source
from archspec.importing.onnx.file import OnnxFile
from archspec.importing.order import Order
file = Path(sys.argv[1])
print(import_source(Order(str(file), {}, {}), OnnxFile(file), print).difference < 1e-5)
"""


def test_it_takes_onnx_and_numpy_alone(tmp_path: Path) -> None:
    file = graphs.write(tmp_path / "net.onnx", graphs.residuals())
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(file)], capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[-1] == "True"


def test_an_old_softmax_over_several_axes_is_not_taken_for_one_over_channels(
    tmp_path: Path,
) -> None:
    drawn = graphs.Drawn()
    value = drawn.node("Softmax", drawn.conv("x", 3, 4), axis=1)
    old = graphs.write(tmp_path / "old.onnx", drawn.model(value, opset=12))
    assert "over several axes at once" in refusal(old)
    new = graphs.write(tmp_path / "new.onnx", drawn.model(value, opset=13))
    assert "softmax" in imported(new).text


def test_results_of_an_operator_that_have_no_word_are_named_where_they_are_read(
    tmp_path: Path,
) -> None:
    drawn = graphs.Drawn()
    rows = drawn.node("Split", "x", outputs=2, axis=2)
    largest, places = drawn.node("MaxPool", "x", outputs=2, kernel_shape=[2, 2])
    unpooled = drawn.node("MaxUnpool", largest, places, kernel_shape=[2, 2])
    model = drawn.model(drawn.node("Add", *rows), unpooled)
    said = refusal(graphs.write(tmp_path / "net.onnx", model))
    assert "Split in Split_0: it is not along the channels" in said
    assert "MaxPool in MaxPool_1: one of its results is read that has no word" in said


def test_constants_are_computed_by_the_operators_of_the_opset(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    starts, ends, axes = (drawn.constant(np.array(each, "int64")) for each in (1, [3], [1]))
    part = drawn.node("Unsqueeze", starts, axes=[0]), ends, axes
    model = drawn.model(drawn.node("Slice", "x", *part), opset=11)
    assert "slice start=1 stop=3" in imported(graphs.write(tmp_path / "net.onnx", model)).text
