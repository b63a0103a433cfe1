"""Trainings of the small network, as commands and as programs of their own."""

from __future__ import annotations

import json
import runpy
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.running import run
from tests.training import networks

DATA = ("--data", "synthetic:320")
STEPS = 20
"""Two epochs of 320 examples in batches of 32."""
LOGGED = ("--log-every", "4")


def train(folder: Path, output: str, *options: str, **texts: str) -> Path:
    """Train the small network into a folder."""
    network, recipe = networks.write(folder, **texts)
    told = ("--recipe", str(recipe), *DATA, "-o", str(folder / output), *LOGGED, *options)
    result = run("train", network, *told)
    assert result.exit_code == 0, result.output
    return folder / output


def resumed(trained: Path, folder: Path, *options: str) -> Path:
    """Take the last checkpoint and the weights from a copy of a run, and go on with it."""
    stopped = folder / "run"
    shutil.copytree(trained, stopped)
    shutil.rmtree(stopped / "checkpoints" / f"{STEPS:08d}")
    (stopped / "weights.safetensors").unlink()
    return train(folder, "run", "--resume", *options)


def run_program(program: Path, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a written training in this process, which has no archspec meanwhile."""
    for name in list(sys.modules):
        if name.partition(".")[0].startswith(("archspec", "trainer", "model")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "archspec", None)
    monkeypatch.syspath_prepend(str(program))
    entry = str(program / "train.py")
    monkeypatch.setattr(sys, "argv", [entry, *DATA, "-o", str(output), *LOGGED])
    runpy.run_path(entry, run_name="__main__")


def lines(run_folder: Path) -> list[dict[str, Any]]:
    """Read the log of a run."""
    return [json.loads(line) for line in (run_folder / "log.jsonl").read_text().splitlines()]
