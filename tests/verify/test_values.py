"""Files of inputs are read strictly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archspec.diagnostic import SpecError
from archspec.verification.values import read_inputs
from tests.conformance.specs import SEVERAL, graph_of

PLAIN = graph_of("network: [conv 3x3 4]\n")


def saved(folder: Path, array: Any, name: str = "x.npy") -> Path:
    np.save(folder / name, array)
    return folder / name


def refusal(files: dict[str, Path], graph: Any = PLAIN) -> str:
    with pytest.raises(SpecError) as caught:
        read_inputs(files, graph)
    (diagnostic,) = caught.value.diagnostics
    return f"{diagnostic.code}: {diagnostic.message}"


@pytest.mark.parametrize("shape", [(8, 8, 4), (1, 8, 8, 4), (3, 8, 8, 4)])
def test_an_example_and_a_batch_are_taken_as_32_bit_floats(
    shape: tuple[int, ...], tmp_path: Path
) -> None:
    (array,) = read_inputs({"": saved(tmp_path, np.ones(shape))}, PLAIN).values()
    assert array.dtype == np.float32
    assert array.shape == shape if len(shape) == 4 else (1, *shape)


def test_an_array_of_another_shape_is_refused_with_both_shapes(tmp_path: Path) -> None:
    file = saved(tmp_path, np.ones((4, 8, 8)))
    assert refusal({"": file}).startswith("inputs/shape: ")
    assert "4 x 8 x 8, and the network takes 8x8x4" in refusal({"": file})


def test_integers_are_refused_since_they_were_not_scaled(tmp_path: Path) -> None:
    assert refusal({"": saved(tmp_path, np.ones((8, 8, 4), np.uint8))}).startswith("inputs/type: ")


def test_numbers_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    for number in (np.nan, np.inf, 1e300):
        array = np.ones((8, 8, 4))
        array[1, 2, 3] = number
        assert refusal({"": saved(tmp_path, array)}).startswith("inputs/not-finite: ")


def test_pickles_and_other_files_are_refused(tmp_path: Path) -> None:
    pickle = saved(tmp_path, np.array([{"a": 1}], dtype=object))
    assert refusal({"": pickle}).startswith("inputs/unreadable: ")
    text = tmp_path / "text.npy"
    text.write_text("no array")
    assert refusal({"": text}).startswith("inputs/unreadable: ")
    np.savez(tmp_path / "several.npz", a=np.ones(1))
    assert refusal({"": tmp_path / "several.npz"}).startswith("inputs/unreadable: ")


def test_every_input_takes_one_file_by_its_name(tmp_path: Path) -> None:
    several = graph_of(SEVERAL)
    left = saved(tmp_path, np.ones((2, 6, 6, 3), np.float32), "left.npy")
    right = saved(tmp_path, np.ones((2, 6, 6, 2), np.float32), "right.npy")
    assert list(read_inputs({"right": right, "left": left}, several)) == ["left", "right"]
    assert refusal({"left": left}, several).startswith("command/inputs: ")
    assert refusal({"left": left, "middle": right}, several).startswith("command/inputs: ")
    one = saved(tmp_path, np.ones((1, 6, 6, 2), np.float32), "one.npy")
    assert refusal({"left": left, "right": one}, several).startswith("inputs/shape: ")
