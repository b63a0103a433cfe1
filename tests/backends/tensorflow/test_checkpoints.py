"""Checkpoints of TensorFlow are read as tensors by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

import tensorflow

from archspec.weights.reading import framework_of
from archspec_tensorflow.runtime import KerasRuntime
from tests.backends.saved import refusal

NAMES = ["Logits/biases", "Logits/weights"]
TENSORS = [np.arange(1000.0, dtype="float32"), np.ones((3, 2), "float32")]
DATA = "model.ckpt.data-00000-of-00001"


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """Write a checkpoint as TF-slim's are."""
    tensorflow.raw_ops.SaveV2(
        prefix=str(tmp_path / "model.ckpt"),
        tensor_names=NAMES,
        shape_and_slices=["", ""],
        tensors=TENSORS,
    )
    return tmp_path / "model.ckpt"


def test_a_checkpoint_is_named_by_its_prefix_or_its_index(prefix: Path) -> None:
    for file in (prefix, prefix.with_name("model.ckpt.index")):
        assert framework_of(file) == "tensorflow"
        found = KerasRuntime().checkpoint(file)
        assert sorted(found) == NAMES
        for name, array in zip(NAMES, TENSORS, strict=True):
            np.testing.assert_array_equal(found[name], array)


def test_a_checkpoint_that_is_cut_short_or_has_no_data_is_refused(prefix: Path) -> None:
    data = prefix.with_name(DATA)
    data.write_bytes(data.read_bytes()[:100])
    assert "cannot be read as a TensorFlow checkpoint" in refusal(KerasRuntime(), prefix)
    assert "it claims 1006 numbers, and has 100 bytes" in refusal(KerasRuntime(), prefix)
    data.unlink()
    assert DATA in refusal(KerasRuntime(), prefix)
    prefix.with_name("model.ckpt.index").write_bytes(b"garbage")
    assert "cannot be read as a TensorFlow checkpoint" in refusal(KerasRuntime(), prefix)
