"""Folders of trainings that are damaged, or made by somebody with bad intentions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.commands.running import run
from tests.training import networks
from tests.training.image_files import plain, save
from tests.training.runs import DATA, train

pytest.importorskip("torch")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train for two steps, with a checkpoint after each."""
    folder = tmp_path_factory.mktemp("trained")
    return train(folder, "run", "--change", "epochs=0.2", "--checkpoint-every", "1")


def refused(folder: Path, *options: str, output: Path | None = None) -> str:
    """Go on with a run; return what is said of it, which is no traceback."""
    network, recipe = networks.write(folder)
    told = ("--recipe", recipe, *DATA, "-o", output or folder / "run", "--change", "epochs=0.2")
    found = run("train", network, *told, *options)
    assert isinstance(found.exception, SystemExit), found.exception
    assert found.exit_code in (1, 2)
    return " ".join(found.output.split())


def arrays(last: Path, change: Callable[[dict[str, np.ndarray]], None]) -> None:
    file = last / "state.safetensors"
    found = load_file(file)
    change(found)
    save_file(found, file)


def cut(last: Path) -> None:
    file = last / "state.safetensors"
    file.write_bytes(file.read_bytes()[:5000])


def say(text: str) -> Callable[[Path], None]:
    def damage(last: Path) -> None:
        (last / "state.json").write_text(text)

    return damage


def forget_momentum(found: dict[str, np.ndarray]) -> None:
    for name in [each for each in found if each.endswith(".momentum_buffer")]:
        found[name.replace("momentum_buffer", "exp_avg")] = found.pop(name)


def widen(found: dict[str, np.ndarray]) -> None:
    found["model.logits.weight"] = np.zeros((11, 16), np.float32)


STANDS = {"batches": {"next": 2, "broken": {}}, "log": 0, "sums": [0.0, 0.0, 0.0]}
ELSEWHERE = "does not say where a training of this recipe stands"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (cut, "00000002 cannot be read"),
        (lambda last: (last / "state.json").unlink(), "00000002 cannot be read"),
        (say("["), "00000002 cannot be read"),
        (say("[" * 100_000), "00000002 cannot be read"),
        (say("[]"), ELSEWHERE),
        (say(json.dumps({**STANDS, "batches": {"next": 3, "broken": {}}})), ELSEWHERE),
        (say(json.dumps({**STANDS, "batches": {"next": "2", "broken": {}}})), ELSEWHERE),
        (say(json.dumps({**STANDS, "log": -1})), ELSEWHERE),
        (say(json.dumps({**STANDS, "sums": None})), ELSEWHERE),
        (lambda last: arrays(last, forget_momentum), "holds the state of another optimizer"),
        (lambda last: arrays(last, widen), "holds the weights of another network"),
    ],
)
def test_a_damaged_checkpoint_is_refused(
    trained: Path, tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    shutil.copytree(trained, tmp_path / "run")
    damage(tmp_path / "run/checkpoints/00000002")
    assert message in refused(tmp_path, "--resume")


@pytest.mark.parametrize("text", ["[]", "3", "{", "[" * 100_000])
def test_facts_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run/run.json").write_text(text)
    assert "run.json cannot be read" in refused(tmp_path, "--resume")


@pytest.mark.parametrize("name", ["checkpoints", "log.jsonl", "trainer", "weights.safetensors"])
def test_nothing_is_written_through_a_link_that_leads_out(tmp_path: Path, name: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run" / name).symlink_to("../elsewhere")
    assert f"{name} is a link that leads out of the folder" in refused(tmp_path)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = refused(tmp_path, output=tmp_path / "file/run")
    assert "file/run cannot be written: Not a directory" in found


def test_data_without_examples_to_test_on_are_refused(tmp_path: Path) -> None:
    for number in range(10):
        save(tmp_path / f"data/train/{number}/1.png", plain(number))
    network, recipe = networks.write(tmp_path)
    told = ("--recipe", recipe, "--data", tmp_path / "data", "-o", tmp_path / "run")
    found = run("train", network, *told, "--change", "batch=2")
    assert isinstance(found.exception, SystemExit)
    assert "test" in found.output


def test_a_log_that_somebody_cut_is_refused(trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained, tmp_path / "run")
    last = tmp_path / "run/checkpoints/00000002/state.json"
    values = json.loads(last.read_text())
    (tmp_path / "run/log.jsonl").write_text("")
    last.write_text(json.dumps({**values, "log": 1_000}))
    assert "log.jsonl has 0 bytes, and had 1,000 at the last" in refused(tmp_path, "--resume")
