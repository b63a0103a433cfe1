"""A training that was killed goes on to the weights and the log of one that never was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from archspec import api
from archspec.weights.file import save
from archspec.weights.initial import draw
from tests.commands.running import ROOT
from tests.training.networks import NETWORK


@pytest.mark.parametrize(
    ("backend", "kills"),
    [
        ("torch", 4),
        pytest.param("torch", 30, marks=pytest.mark.slow),
        pytest.param("tensorflow", 30, marks=pytest.mark.slow),
    ],
)
def test_a_killed_training_goes_on_to_the_same_bytes(
    tmp_path: Path, backend: str, kills: int
) -> None:
    pytest.importorskip(backend)
    graph = api.load(text=NETWORK)
    (tmp_path / "model.py").write_text(api.emit(graph, backend))
    save(tmp_path / "weights.safetensors", draw(graph), graph)
    path = f"{ROOT}{os.pathsep}{ROOT / 'backends'}"
    done = subprocess.run(
        [sys.executable, "tests/training/killed.py", backend, tmp_path, str(kills), "7"],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        text=True,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    for name in ("weights.safetensors", "log.jsonl"):
        whole, killed = (tmp_path / run / name for run in ("whole", "killed"))
        assert whole.read_bytes() == killed.read_bytes()
