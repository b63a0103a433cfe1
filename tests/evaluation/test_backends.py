"""Weights from anywhere give the same predictions in every framework."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.commands.running import run, run_json
from tests.evaluation.photographs import COLOURS, write_photographs

SPEC = """\
archspec: 1
name: small
input: 16x16x3
network:
  - conv 3x3 6 /2 as first
  - residual: [conv 3x3 6, conv 1x1 6 linear]
  - global_avg_pool
  - dense 3 as logits
auxiliary: {side: {from: first, steps: [global_avg_pool, dense 3]}}
"""
SEED = ("--seed", "5")
BUILT = ("small.yaml", "--weights", "built/weights.safetensors")
KEYS = ("images", "top1", "top5", "classes", "confused")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay out a spec, images, and weights with those of its head and without."""
    pytest.importorskip("torch", reason="torch is not installed")
    folder = tmp_path_factory.mktemp("small")
    write_photographs(
        folder / "data", {f"{name}{n}": each for n in "ab" for name, each in COLOURS.items()}
    )
    (folder / "small.yaml").write_text(SPEC)
    built = ("build", folder / "small.yaml", "--backend", "torch", *SEED, "--device", "cpu")
    run(*built, "-o", folder / "built")
    run(*built, "-o", folder / "with_heads", "--auxiliary")
    return folder


@pytest.fixture(autouse=True)
def inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in that folder."""
    monkeypatch.chdir(folder)


def evaluated(*arguments: str) -> Any:
    given = ("--data", "data", "--crops", "12", "--device", "cpu")
    result = run("evaluate", *arguments, *given, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def predicted(*arguments: str) -> Any:
    evaluated(*arguments, "--save-predictions", "kept.safetensors")
    return load_file("kept.safetensors")["probabilities"]


def test_both_frameworks_predict_the_same_and_score_the_same_predictions_alike() -> None:
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    told, kept = {}, {}
    for name in ("torch", "tensorflow"):
        file = f"{name}.safetensors"
        told[name] = evaluated(*BUILT, "--backend", name, "--save-predictions", file)
        kept[name] = load_file(file)["probabilities"]
        again = run_json("evaluate", file)
        assert {key: again[key] for key in KEYS} == {key: told[name][key] for key in KEYS}
    assert told["torch"]["networks"][0]["framework"].startswith("torch")
    assert "tensorflow" in told["tensorflow"]["networks"][0]["framework"]
    assert abs(kept["torch"] - kept["tensorflow"]).max() < 1e-5
    assert {key: told["torch"][key] for key in KEYS} == {
        key: told["tensorflow"][key] for key in KEYS
    }


def test_auxiliary_heads_change_nothing_whether_their_weights_are_in_the_file_or_not() -> None:
    keys = [set(load_file(f"{each}/weights.safetensors")) for each in ("built", "with_heads")]
    assert keys[0] < keys[1]
    with_heads = predicted("small.yaml", "--weights", "with_heads/weights.safetensors")
    assert (with_heads == predicted(*BUILT)).all()


def test_how_many_views_are_computed_at_once_makes_no_difference_but_rounding() -> None:
    found = predicted(*BUILT, "--batch", "1"), predicted(*BUILT, "--batch", "1000")
    assert np.allclose(*found, rtol=0, atol=1e-6)


def test_an_imported_checkpoint_is_evaluated() -> None:
    built = load_file("built/weights.safetensors")
    foreign = {f"module.net.{name}": array for name, array in built.items()}
    save_file(foreign, "foreign.safetensors")
    renamed = ("--rename", r"^module\.net\.", "", "-o", "taken.safetensors")
    given = ("foreign.safetensors", "--spec", "small.yaml")
    imported = run("weights", "import", *given, *renamed)
    assert imported.exit_code == 0, imported.output
    assert (predicted("small.yaml", "--weights", "taken.safetensors") == predicted(*BUILT)).all()


def test_weights_of_another_network_are_refused() -> None:
    save_file({"logits.weight": np.zeros((3, 6), np.float32)}, "wrong.safetensors")
    result = run("evaluate", "small.yaml", "--weights", "wrong.safetensors", "--data", "data")
    assert result.exit_code == 1
    assert "error[weights/missing]" in result.stderr
