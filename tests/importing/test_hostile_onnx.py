"""ONNX files of strangers are refused in a sentence, with little time and memory."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx")

from onnx import TensorProto, helper

from archspec.diagnostic import SpecError
from archspec.importing.importing import ImportedSpec, import_source
from archspec.importing.onnx.file import OnnxFile
from archspec.importing.onnx.reading import MOST_BYTES
from archspec.importing.order import Order
from tests.importing import graphs


def imported(file: Path) -> ImportedSpec:
    order = Order(str(file), {}, {}, verify=False)
    return import_source(order, OnnxFile(file), print)


def refusal(file: Path) -> str:
    with pytest.raises(SpecError) as refused:
        imported(file)
    (told,) = refused.value.diagnostics
    assert told.code.startswith("import/")
    return told.message


def branching() -> Any:
    """Choose between two graphs by a value, as code that decides does."""
    inner = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["y"])], "inner", [], [_value("y", None)]
    )
    drawn = graphs.Drawn()
    size = drawn.node("ReduceSum", "x", keepdims=0)
    choice = drawn.node("Cast", size, to=TensorProto.BOOL)
    return drawn.model(drawn.node("If", choice, then_branch=inner, else_branch=inner))


def looping() -> Any:
    """Repeat a graph as often as the file says."""
    value, going = _value("v", None), helper.make_tensor_value_info("c", TensorProto.BOOL, [])
    count = helper.make_tensor_value_info("i", TensorProto.INT64, [])
    steps = [helper.make_node("Identity", ["c"], ["d"]), helper.make_node("Relu", ["v"], ["w"])]
    leaving = helper.make_tensor_value_info("d", TensorProto.BOOL, [])
    inner = helper.make_graph(steps, "inner", [count, going, value], [leaving, _value("w", None)])
    drawn = graphs.Drawn()
    times = drawn.constant(np.int64(1 << 40))
    return drawn.model(drawn.node("Loop", times, "", "x", body=inner))


def of_another_domain() -> Any:
    """Call an operator of one's own what ONNX calls another."""
    model = graphs.residuals()
    model.graph.node[1].domain = "of.a.stranger"
    return model


def without_outputs() -> Any:
    model = graphs.residuals()
    model.graph.node.append(helper.make_node("Relu", ["x"], []))
    return model


def of_texts() -> Any:
    """Claim that an image is made of texts."""
    model = graphs.residuals()
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.STRING
    model.graph.initializer[0].data_type = TensorProto.STRING
    return model


def of_unknown_type() -> Any:
    model = graphs.residuals()
    model.graph.initializer[0].data_type = 9999
    return model


def with_negative_size() -> Any:
    model = graphs.residuals()
    model.graph.initializer[0].dims[0] = -4
    return model


def of_a_later_opset() -> Any:
    model = graphs.residuals()
    model.opset_import[0].version = 999
    return model


def of_an_early_opset() -> Any:
    model = graphs.residuals()
    model.opset_import[0].version = 7
    return model


def with_sizes_beyond_memory() -> Any:
    """Ask for constants of 2^60 numbers, which a folded node would make."""
    drawn = graphs.Drawn()
    sizes = drawn.constant(np.array([1 << 30, 1 << 30], "int64"))
    large = drawn.node("ConstantOfShape", sizes)
    return drawn.model(drawn.node("Add", "x", large))


def repeated_beyond_memory() -> Any:
    """Double a constant sixty times, each a node of its own."""
    drawn = graphs.Drawn()
    value = drawn.constant(np.ones(1 << 10, "float32"))
    for _ in range(60):
        value = drawn.node("Concat", value, value, axis=0)
    return drawn.model(drawn.node("Add", "x", value))


def of_one_name_twice() -> Any:
    model = graphs.chain(3)
    model.graph.node[2].output[0] = model.graph.node[0].output[0]
    return model


def without_kernel() -> Any:
    drawn = graphs.Drawn()
    return drawn.model(drawn.node("MaxPool", "x"))


def with_kernel_of_text() -> Any:
    drawn = graphs.Drawn()
    return drawn.model(drawn.node("MaxPool", "x", kernel_shape="wide"))


def with_kernel_of_nothing() -> Any:
    drawn = graphs.Drawn()
    return drawn.model(drawn.node("MaxPool", "x", kernel_shape=[0, 0]))


def with_input_of_millions() -> Any:
    return graphs.Drawn((3, 1 << 40, 1 << 40)).model("x")


def _value(name: str, shape: Any) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


HOSTILE = (
    branching,
    looping,
    of_another_domain,
    without_outputs,
    of_texts,
    of_unknown_type,
    with_negative_size,
    of_a_later_opset,
    of_an_early_opset,
    with_sizes_beyond_memory,
    repeated_beyond_memory,
    of_one_name_twice,
    without_kernel,
    with_kernel_of_text,
    with_kernel_of_nothing,
    with_input_of_millions,
)


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_hostile_file_is_refused_in_a_sentence(make: Callable[[], Any], tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = refusal(graphs.write(tmp_path / "net.onnx", make()))
    assert "\n" not in said
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # KiB


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_was_cut_is_refused(share: float, tmp_path: Path) -> None:
    whole = graphs.residuals().SerializeToString()
    file = tmp_path / "net.onnx"
    file.write_bytes(whole[: int(len(whole) * share)])
    assert refusal(file)


def test_graphs_in_graphs_deeper_than_anybody_reads_are_refused(tmp_path: Path) -> None:
    content = b""
    for _ in range(2000):  # a graph in an attribute in a node in a graph
        for field in (6, 5, 1):
            content = bytes([field << 3 | 2]) + varint(len(content)) + content
    file = tmp_path / "net.onnx"
    file.write_bytes(bytes([7 << 3 | 2]) + varint(len(content)) + content)
    assert "it is no ONNX file, or a damaged one" in refusal(file)


def varint(number: int) -> bytes:
    """Write a number as protobuf does: seven bits a byte, the lowest first."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


@pytest.mark.parametrize("opset", range(11, 23))
def test_every_opset_from_11_to_22_is_read(opset: int, tmp_path: Path) -> None:
    model = graphs.residuals()
    model.opset_import[0].version = opset
    assert "times: 3" in imported(graphs.write(tmp_path / "net.onnx", model)).text


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder, secret = tmp_path / "inner", tmp_path / "weights.bin"
    folder.mkdir()
    model = graphs.external(tmp_path, "weights.bin")
    assert secret.exists()
    (folder / "weights.bin").symlink_to(secret)
    assert "not beside the model" in refusal(graphs.write(folder / "net.onnx", model))


def test_a_folder_or_a_pipe_holds_no_weights(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "weights.bin")
    model = graphs.external(tmp_path / "..", "weights.bin")
    assert "not beside the model" in refusal(graphs.write(tmp_path / "net.onnx", model))


def test_a_file_that_claims_to_be_large_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "net.onnx"
    with file.open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    assert f"more than {MOST_BYTES:,}" in refusal(file)


def test_weights_that_start_before_or_behind_their_file_are_refused(tmp_path: Path) -> None:
    for offset in ("-8", "99999999999", "text"):
        model = graphs.external(tmp_path, "weights.bin")
        entry = model.graph.initializer[0].external_data.add()
        entry.key, entry.value = "offset", offset
        assert refusal(graphs.write(tmp_path / "net.onnx", model))


def test_names_may_hold_anything(tmp_path: Path) -> None:
    model = graphs.residuals()
    for at, node in enumerate(model.graph.node):
        node.name = f"../{at}/\x1b[31m{{}}'\"\N{SNOWMAN}\n- steps"
    model.graph.output[0].name = model.graph.node[-1].output[0] = "a: [b\n"
    text = imported(graphs.write(tmp_path / "net.onnx", model)).text
    assert "\x1b" not in text
