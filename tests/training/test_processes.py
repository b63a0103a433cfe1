"""Several processes give the weights that one gives, and lose nothing that it keeps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from archspec import api
from archspec.standalone.journal import read
from archspec.weights.file import save
from archspec.weights.initial import draw
from tests.commands.running import ROOT
from tests.training.networks import NETWORK

pytest.importorskip("torch")
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node")
PLAIN = NETWORK.replace("  - dropout 0.1\n", "").replace("relu", "silu")
"""Each process drops values of its own; and at the kink of a ReLU, rounding flips gradients."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train in one process, and in three."""
    folder = tmp_path_factory.mktemp("processes")
    graph = api.load(text=PLAIN)
    (folder / "model.py").write_text(api.emit(graph, "torch"))
    save(folder / "weights.safetensors", draw(graph), graph)
    start(*TORCHRUN, "1", "tests/training/scenarios.py", folder)
    return folder


def start(*command: str | Path) -> None:
    path = f"{ROOT}{os.pathsep}{ROOT / 'backends'}"
    done = subprocess.run(
        [str(each) for each in command],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[:6000]


def furthest(one: Path, other: Path) -> float:
    """Find the largest difference of two files of weights, relative to each tensor's largest."""
    left, right = (load_file(each / "weights.safetensors") for each in (one, other))
    assert left.keys() == right.keys()
    return float(
        max(np.abs(left[key] - right[key]).max() / np.abs(left[key]).max() for key in left)
    )


@pytest.mark.parametrize(
    ("one", "three"),
    [("copies", "copies"), ("parts", "parts"), ("shards", "shards"), ("parts", "parts_of_shards")],
)
def test_three_processes_give_the_weights_and_the_log_of_one(
    trained: Path, one: str, three: str
) -> None:
    alone, together = trained / f"{one}1", trained / f"{three}3"
    assert furthest(alone, together) < 1e-4
    logs = [read(run / "log.jsonl") for run in (alone, together)]
    for first, second in zip(*logs, strict=True):
        assert second.pop("test", {}) == pytest.approx(first.pop("test", {}), rel=1e-4)
        assert second == pytest.approx(first, rel=1e-4)


def test_every_process_draws_for_itself(trained: Path) -> None:
    kept = load_file(trained / "apart3/checkpoints/00000005/state.safetensors")
    drawn = {kept[f"random.{rank}"].tobytes() for rank in range(3)}
    assert len(drawn) == 3


def test_every_process_goes_on_with_the_running_statistics_of_the_first(trained: Path) -> None:
    kept = load_file(trained / "apart3/checkpoints/00000005/state.safetensors")
    for rank in range(3):
        found = load_file(trained / f"statistics{rank}.safetensors")
        means = [name for name in found if name.endswith("running_mean")]
        assert means
        for name in means:
            np.testing.assert_array_equal(found[name], kept[f"model.{name}"])
