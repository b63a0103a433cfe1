"""The weights file: the same bytes for the same weights, and all that does not fit at once."""

import json
import pickle
import struct
from pathlib import Path

import numpy
import pytest
from safetensors.numpy import load as load_bytes
from safetensors.numpy import save

from archspec import api
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.weights.file import encode
from archspec.weights.file import load as read
from archspec.weights.file import save as save_weights
from archspec.weights.initial import draw as initial

SPEC = """
archspec: 1
name: small
input: 8x8x3
defaults: {conv: {norm: batch_norm, activation: relu}}
network:
  - conv 3x3 4
  - global_avg_pool
  - dense 2
"""


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    spec = tmp_path / "small.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    return api.load(spec)


def codes(error: pytest.ExceptionInfo[SpecError]) -> list[str]:
    return [each.code for each in error.value.diagnostics]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_the_keys_are_node_paths_and_the_shapes_are_in_pytorchs_layout(graph: Graph) -> None:
    shapes = {key: each.shape for key, each in load_bytes(encode(initial(graph), graph)).items()}

    assert shapes == {
        "conv.conv2d.weight": (4, 3, 3, 3),
        "conv.batch_norm.weight": (4,),
        "conv.batch_norm.bias": (4,),
        "conv.batch_norm.running_mean": (4,),
        "conv.batch_norm.running_var": (4,),
        "dense.fully_connected.weight": (2, 4),
        "dense.fully_connected.bias": (2,),
    }


def test_equal_seeds_give_equal_bytes_and_other_seeds_do_not(graph: Graph) -> None:
    assert encode(initial(graph, 7), graph) == encode(initial(graph, 7), graph)
    assert encode(initial(graph, 7), graph) != encode(initial(graph, 8), graph)


def test_a_tensor_is_written_as_it_reads_however_it_lies_in_memory(
    graph: Graph, tmp_path: Path
) -> None:
    arrays = initial(graph)
    by_columns = {key: numpy.asfortranarray(each) for key, each in arrays.items()}
    save_weights(tmp_path / "by_columns.safetensors", by_columns, graph)
    for content in (encode(by_columns, graph), (tmp_path / "by_columns.safetensors").read_bytes()):
        assert all((each == arrays[key]).all() for key, each in load_bytes(content).items())


def test_convolutions_start_with_the_deviation_of_he_and_norms_with_the_identity(
    graph: Graph,
) -> None:
    arrays = initial(graph)

    assert arrays["conv.conv2d.weight"].std() == pytest.approx((2 / 27) ** 0.5, rel=0.2)
    assert arrays["conv.batch_norm.weight"].tolist() == [1.0] * 4
    assert arrays["conv.batch_norm.running_var"].tolist() == [1.0] * 4
    assert arrays["dense.fully_connected.bias"].tolist() == [0.0] * 2


def test_a_tensor_keeps_its_first_values_when_another_layer_changes(
    graph: Graph, tmp_path: Path
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(SPEC.replace("dense 2", "dense 3"), encoding="utf-8")

    before, after = initial(graph), initial(api.load(other))

    assert numpy.array_equal(before["conv.conv2d.weight"], after["conv.conv2d.weight"])


def test_what_was_written_is_read_to_the_bit(graph: Graph, tmp_path: Path) -> None:
    arrays = initial(graph)

    found = read(written(tmp_path / "w.safetensors", encode(arrays, graph)), graph)

    assert all(numpy.array_equal(arrays[key], found[key]) for key in arrays)


def test_missing_extra_and_misshapen_tensors_are_told_at_once_with_the_line_that_made_them(
    graph: Graph, tmp_path: Path
) -> None:
    arrays = initial(graph)
    del arrays["dense.fully_connected.bias"]
    arrays["conv.conv2d.weight"] = numpy.zeros((5, 3, 3, 3), numpy.float32)
    arrays["conv.batch_norm.bias"] = numpy.zeros(4, numpy.float64)
    arrays["stranger"] = numpy.zeros(1, numpy.float32)

    with pytest.raises(SpecError) as error:
        read(written(tmp_path / "w.safetensors", encode(arrays, graph)), graph)

    assert codes(error) == [
        "weights/missing",
        "weights/unexpected",
        "weights/shape",
        "weights/type",
    ]
    shape = error.value.diagnostics[2]
    assert "5 x 3 x 3 x 3" in shape.message
    assert "4 x 3 x 3 x 3" in shape.message
    assert shape.span is not None
    assert shape.span.line == 7


def test_a_file_of_another_network_or_version_says_what_it_was_written_for(
    graph: Graph, tmp_path: Path
) -> None:
    for name, told in (
        ("small", "was written for another version of small"),
        ("other", "was written for other, and this is small"),
    ):
        spec = tmp_path / "other.yaml"
        spec.write_text(SPEC.replace("name: small", f"name: {name}").replace("3x3 4", "3x3 8"))
        other = api.load(spec)
        file = written(tmp_path / "weights.safetensors", encode(initial(other), other))
        with pytest.raises(SpecError) as error:
            read(file, graph)
        assert error.value.diagnostics[0].notes[0] == f"{file} {told}"


@pytest.mark.parametrize("number", [numpy.nan, numpy.inf])
def test_numbers_that_are_not_finite_are_refused(
    graph: Graph, tmp_path: Path, number: float
) -> None:
    arrays = initial(graph)
    arrays["dense.fully_connected.bias"][0] = number

    with pytest.raises(SpecError) as error:
        read(written(tmp_path / "w.safetensors", encode(arrays, graph)), graph)

    assert codes(error) == ["weights/not-finite"]


def lying_header() -> bytes:
    header = {"a": {"dtype": "F32", "shape": [10**9], "data_offsets": [0, 4 * 10**9]}}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 64,
        struct.pack("<Q", 2**60) + b"{}",
        lying_header(),
        save({"a": numpy.zeros(64, numpy.float32)})[:-8],
        pickle.dumps({"conv.conv2d.weight": [1.0]}),
    ],
    ids=["empty", "noise", "endless header", "lying header", "truncated", "pickle"],
)
def test_a_file_that_is_no_weights_file_is_refused(
    graph: Graph, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(SpecError) as error:
        read(written(tmp_path / "w.safetensors", content), graph)

    assert codes(error) == ["weights/unreadable"]


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(graph: Graph, tmp_path: Path) -> None:
    expected = {
        tmp_path / "missing.safetensors": "weights/not-found",
        tmp_path: "weights/unreadable",
    }
    for path, code in expected.items():
        with pytest.raises(SpecError) as error:
            read(path, graph)

        assert codes(error) == [code]
