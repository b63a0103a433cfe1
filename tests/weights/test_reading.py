"""Files of publishers: what they may hold, and that hostile ones are refused in a sentence."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

from archspec.diagnostic import SpecError
from archspec.weights import names, reading, writing
from archspec.weights.initial import draw
from archspec.weights.layouts import LAYOUTS
from archspec.weights.short_floats import stored_type
from tests.conformance.specs import graph_of
from tests.weights.foreign import h5py, layered, refusal


def test_the_short_floats_of_safetensors_are_read_as_long_ones(tmp_path: Path) -> None:
    header = b'{"x":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}'
    file = tmp_path / "short.safetensors"
    file.write_bytes(struct.pack("<Q", len(header)) + header + bytes.fromhex("803f20c0"))
    assert reading.read(file)["x"].tolist() == [1.0, -2.5]


def claim(group: Any) -> None:
    group.create_dataset("a/kernel", shape=(10**6, 10**6), dtype="f4", chunks=(1000, 1000))


def point_outside(group: Any) -> None:
    here = [("elsewhere.bin", 0, 4)]
    group.create_dataset("a/kernel", shape=(4,), dtype="u1", external=here)


def link_outside(group: Any) -> None:
    group["a"] = h5py.ExternalLink("other.h5", "/a/a")


def hold_text(group: Any) -> None:
    group.create_dataset("a/kernel", data=["x"], dtype=h5py.string_dtype())


def hold_a_group(group: Any) -> None:
    group.create_group("a/kernel")


def hold_nothing(group: Any) -> None:
    assert "a/kernel" not in group


def name_nothing(group: Any) -> None:
    group.attrs["weight_names"] = 3


@pytest.mark.parametrize(
    ("fill", "told"),
    [
        (claim, "/a/a/kernel claims 4000000000000 bytes"),
        (point_outside, "/a/a/kernel is stored in another file"),
        (link_outside, "/a/a/kernel is a link"),
        (hold_text, "/a/a/kernel is not numerical"),
        (hold_a_group, "/a/a/kernel is not numerical"),
        (hold_nothing, "cannot be read"),
        (name_nothing, "cannot be read"),
    ],
)
def test_a_keras_file_that_lies_or_points_elsewhere_is_refused(
    fill: Callable[[Any], None], told: str, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere.bin").write_bytes(b"1234")
    layered(tmp_path / "other.h5", lambda group: group.create_dataset("a/kernel", data=[1.0]))
    assert told in refusal(layered(tmp_path / "hostile.h5", fill))


def test_a_keras_archive_whose_weights_unpack_to_a_hundred_times_their_size_is_refused(
    tmp_path: Path,
) -> None:
    file = tmp_path / "bomb.keras"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.weights.h5", bytes(10**7))
    assert refusal(file).endswith("its weights claim 10000000 bytes")


def test_a_layer_with_more_variables_than_a_norm_has_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.weights.h5"
    with h5py.File(file, "w") as root:
        variables = root.create_group("layers/a/vars")
        for number in range(5):
            variables.create_dataset(str(number), data=numpy.zeros(3))
    assert "has 5 variables" in refusal(file)


def test_short_floats_of_keras_are_read_as_long_ones(tmp_path: Path) -> None:
    numbers = numpy.array([0x3F80, 0xC020], "<u2").view("|V2")
    file = layered(tmp_path / "s.h5", lambda group: group.create_dataset("a/kernel", data=numbers))
    (array,) = reading.read(file).values()
    assert array.tolist() == [1.0, -2.5]
    assert stored_type(array) == "bfloat16"


def test_names_of_keras_1_are_told_by_their_order_and_rank(tmp_path: Path) -> None:
    file = tmp_path / "vgg16.h5"
    with h5py.File(file, "w") as root:
        root.attrs["layer_names"] = ["block1_conv1", "pool"]
        group = root.create_group("block1_conv1")
        root.create_group("pool")
        group.attrs["weight_names"] = ["block1_conv1_W_1:0", "block1_conv1_b_1:0"]
        group.create_dataset("block1_conv1_W_1:0", data=numpy.zeros((3, 3, 1, 2)))
        group.create_dataset("block1_conv1_b_1:0", data=numpy.zeros(2))
    assert list(reading.read(file)) == ["block1_conv1/kernel", "block1_conv1/bias"]


def test_layers_of_a_model_inside_a_model_are_found_in_both_formats(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "n.h5", "w") as root:
        root.attrs["layer_names"] = ["base", "head"]
        base, head = root.create_group("base"), root.create_group("head")
        base.attrs["weight_names"] = ["one/kernel:0", "two/kernel:0"]
        head.attrs["weight_names"] = ["head/kernel:0"]
        for group in (base, head):
            for path in group.attrs["weight_names"]:
                group.create_dataset(path, data=numpy.zeros((2, 2)))
    with h5py.File(tmp_path / "n.weights.h5", "w") as root:
        for path, name in {
            "layers/functional/layers/dense": "one",
            "layers/functional/layers/dense_1": "two",
            "layers/dense": "head",
        }.items():
            variables = root.create_group(f"{path}/vars")
            variables.attrs["name"] = name
            variables.create_dataset("0", data=numpy.zeros((2, 2)))
    for file in ("n.h5", "n.weights.h5"):
        found = reading.read(tmp_path / file)
        assert sorted(found) == ["head/kernel", "one/kernel", "two/kernel"], file


def test_names_of_pytorch_are_not_written_as_a_file_of_keras(tmp_path: Path) -> None:
    graph = graph_of("archspec: 1\nname: one\ninput: 4\nnetwork: [dense 3]\n")
    naming = names.own(graph, LAYOUTS["torch"])
    with pytest.raises(SpecError) as caught:
        writing.encode(draw(graph), naming, graph, tmp_path / "model.h5")
    assert caught.value.diagnostics[0].code == "weights/ending"
