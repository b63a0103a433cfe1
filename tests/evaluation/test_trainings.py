"""The folder of a training is evaluated as the training evaluated itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.commands.running import run, run_json
from tests.training import networks

DATA = ("--data", "synthetic:96")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train a network with an auxiliary head for an epoch, by a recipe with a range of its own."""
    pytest.importorskip("torch", reason="torch is not installed")
    folder = tmp_path_factory.mktemp("trained")
    network, recipe = networks.write(
        folder, f"{networks.RECIPE}normalization: unit\nsmoothing: 0.2\n"
    )
    settings = ("--change", "epochs=1", "--set", "scale=0.3", "--device", "cpu")
    result = run("train", network, "--recipe", recipe, *DATA, *settings, "-o", folder / "run")
    assert result.exit_code == 0, result.output
    return folder / "run"


def logged(folder: Path) -> Any:
    """Read what the training said of the images at its end."""
    return json.loads((folder / "log.jsonl").read_text().splitlines()[-1])["test"]


def test_what_a_training_says_of_itself_at_its_end_is_what_evaluation_says(trained: Path) -> None:
    found = run_json("evaluate", trained, *DATA, "--device", "cpu")
    assert found["networks"][0]["normalization"] == "unit"
    assert (found["top1"], found["top5"]) == (logged(trained)["top1"], logged(trained)["top5"])


def test_the_loss_that_a_training_tests_is_that_of_the_probabilities(
    trained: Path, tmp_path: Path
) -> None:
    """Labels are smoothed where the network learns, and not where it is tested."""
    kept = tmp_path / "kept.safetensors"
    found = run("evaluate", trained, *DATA, "--device", "cpu", "--save-predictions", kept)
    assert found.exit_code == 0
    assert found.stderr == ""
    arrays = load_file(kept)
    chosen = np.take_along_axis(arrays["probabilities"], arrays["labels"][:, None], axis=1)
    assert logged(trained)["loss"] == pytest.approx(-np.log(chosen).mean(), rel=1e-5)


def test_nothing_in_the_folder_of_a_training_is_executed(trained: Path) -> None:
    source = (trained / "model.py").read_text()
    try:
        (trained / "model.py").write_text("raise SystemExit('executed')")
        assert run("evaluate", trained, *DATA, "--limit", "8").exit_code == 0
    finally:
        (trained / "model.py").write_text(source)


def test_a_training_that_has_not_ended_is_told_from_one_that_has(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    result = run("evaluate", tmp_path, *DATA)
    assert result.exit_code == 2
    assert "its training has not come to its end" in result.stderr
