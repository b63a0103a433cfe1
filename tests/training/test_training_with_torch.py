"""``archspec train`` with PyTorch: what a run leaves, and that stopping it changes nothing."""

from __future__ import annotations

import json
import runpy
import shutil
import sys
from pathlib import Path

import pytest

from tests.commands.running import run
from tests.training import networks

pytest.importorskip("torch")
DATA = ("--data", "synthetic:320")
STEPS = 20
"""Two epochs of 320 examples in batches of 32."""


def train(folder: Path, output: str, *options: str) -> Path:
    """Train the small network into a folder."""
    network, recipe = networks.write(folder)
    told = ("--recipe", str(recipe), *DATA, "--log-every", "4", *options)
    result = run("train", network, "-o", folder / output, *told)
    assert result.exit_code == 0, result.output
    return folder / output


def lines(run_folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (run_folder / "log.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("trained"), "run", "--checkpoint-every", "7")


def test_a_run_leaves_its_log_its_checkpoints_its_weights_and_the_program(trained: Path) -> None:
    logged = lines(trained)
    assert [each["step"] for each in logged if "loss" in each] == [4, 8, 12, 16, STEPS]
    assert [each["step"] for each in logged if "test" in each] == [10, STEPS]
    kept = sorted(each.name for each in (trained / "checkpoints").iterdir())
    assert kept == ["00000014", "00000020"]
    assert {"model.py", "train.py", "trainer", "weights.safetensors"} <= {
        each.name for each in trained.iterdir()
    }


def test_a_network_learns_what_synthetic_images_show(trained: Path) -> None:
    first, last = (each for each in lines(trained) if "test" in each)
    assert last["test"]["loss"] < first["test"]["loss"]  # type: ignore[index]
    assert last["test"]["top1"] > 0.2  # type: ignore[index]  # a guess is right in 0.1


def test_a_training_that_goes_on_leaves_the_same_bytes(trained: Path, tmp_path: Path) -> None:
    stopped = tmp_path / "run"
    shutil.copytree(trained, stopped)
    shutil.rmtree(stopped / "checkpoints" / f"{STEPS:08d}")
    (stopped / "weights.safetensors").unlink()
    train(tmp_path, "run", "--checkpoint-every", "7", "--resume")
    for name in ("weights.safetensors", "log.jsonl"):
        assert (stopped / name).read_bytes() == (trained / name).read_bytes()


def test_the_program_alone_trains_to_the_same_weights(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = train(tmp_path, "program", "--emit")
    for name in [each for each in sys.modules if each.partition(".")[0].startswith("archspec")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "archspec", None)
    monkeypatch.syspath_prepend(str(program))
    told = ["train.py", *DATA, "-o", str(tmp_path / "run"), "--log-every", "4"]
    monkeypatch.setattr(sys, "argv", [str(program / "train.py"), *told[1:]])
    runpy.run_path(str(program / "train.py"), run_name="__main__")
    assert (tmp_path / "run/log.jsonl").read_bytes() == (trained / "log.jsonl").read_bytes()
