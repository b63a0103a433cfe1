"""Predictions are kept in a file that strangers may have written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from archspec.diagnostic import SpecError
from archspec.evaluation.predictions import Predictions, average, encode, read

KEPT = Predictions(
    "net",
    np.array([[0.25, 0.75], [1 / 3, 2 / 3]]),
    np.array([0, 1]),
    ("a.png", "b.png"),
    ("x", "y"),
)


def refusal(file: Path) -> str:
    with pytest.raises(SpecError) as error:
        read(file)
    assert [each.code for each in error.value.diagnostics] == ["evaluate/predictions"]
    return str(error.value)


def written(file: Path, facts: dict[str, Any], **arrays: Any) -> Path:
    save_file(arrays, file, {"archspec-predictions": json.dumps(facts)})
    return file


def test_what_is_kept_comes_back_to_the_last_bit_and_the_same_is_the_same_bytes(
    tmp_path: Path,
) -> None:
    file = tmp_path / "kept.safetensors"
    file.write_bytes(encode(KEPT))
    found = read(file)
    assert (found.probabilities == KEPT.probabilities).all()
    assert (found.labels == KEPT.labels).all()
    assert (found.names, found.classes) == (KEPT.names, KEPT.classes)
    assert encode(replace(found, source="net")) == encode(KEPT)


def test_a_file_of_weights_is_refused(tmp_path: Path) -> None:
    save_file({"logits.weight": np.zeros(3, np.float32)}, tmp_path / "weights.safetensors")
    assert "it says nothing of images" in refusal(tmp_path / "weights.safetensors")


def test_what_is_no_safetensors_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "kept.safetensors"
    for content in (b"", b"PK\x03\x04", encode(KEPT)[:-1]):
        file.write_bytes(content)
        assert "cannot be read as predictions" in refusal(file)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"probabilities": np.zeros((2, 3))}, "2 images and 2 classes"),
        ({"probabilities": np.full((2, 2), 0.4)}, "their sum is one"),
        ({"probabilities": np.array([[2.0, -1.0]] * 2)}, "are not negative"),
        ({"probabilities": np.full((2, 2), np.nan)}, "their sum is one"),
        ({"probabilities": np.full((2, 2), 0.5, np.float32)}, "are float64"),
        ({"labels": np.array([0, 2])}, "a label is none of its classes"),
        ({"names": [1, 2]}, "names of images and classes are texts"),
        ({"names": None}, "not iterable"),
        ({"classes": []}, "2 images and 0 classes"),
    ],
    ids=str,
)
def test_what_contradicts_itself_is_refused(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    given = {**vars(KEPT), **changes}
    facts = {key: given[key] for key in ("names", "classes")}
    arrays = {key: given[key] for key in ("probabilities", "labels")}
    assert message in refusal(written(tmp_path / "kept.safetensors", facts, **arrays))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": ("x", "z")}, "different classes, although there are as many of them"),
        ({"names": ("a.png", "c.png")}, "different images, although there are as many of them"),
        ({"labels": np.array([1, 1])}, "different images, although there are as many of them"),
    ],
    ids=str,
)
def test_an_ensemble_is_of_predictions_for_the_same_images_and_classes(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(SpecError, match=message):
        average([KEPT, replace(KEPT, source="other", **changes)])


def test_an_ensemble_of_other_numbers_of_images_says_both() -> None:
    fewer = KEPT.without(frozenset({"a.png"}))
    assert fewer.names == ("b.png",)
    with pytest.raises(SpecError, match="different images: 2 and 1 of them"):
        average([KEPT, fewer])
