"""A disk that is full is told with the file that did not fit, and with the way on."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from archspec.standalone.command_line import main
from archspec.standalone.curve_figure import write_curves
from archspec.standalone.job import Job, Task, TrainingError
from archspec.standalone.training import run
from tests.commands import running
from tests.training import image_files, networks
from tests.training.counting import Counting

FULL = "/dev/full"
WAY_ON = "make room and go on with --resume"


@pytest.mark.parametrize("name", ["curves.svg", "times.jsonl"])
def test_curves_and_logs_that_do_not_fit_are_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to(FULL)
    job = Job(
        recipe=image_files.recipe(4),
        data="synthetic:8",
        run=tmp_path,
        shape=(6, 6, 1),
        classes=2,
        evaluated=lambda: write_curves(tmp_path),
    )
    with pytest.raises(TrainingError) as caught:
        run(Counting(), job)
    assert f"{name} cannot be written: No space left on device" in str(caught.value)
    assert caught.value.help == WAY_ON


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """Let the system refuse to write files that are larger."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_weights_that_do_not_fit_leave_no_part_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "run/weights.safetensors"

    def train(_build: Callable[[], Any], _job: Job, save: Callable[[Any, Path], None]) -> None:
        with no_file_above(1_000):
            save({"weight": np.zeros(1_000)}, weights)

    monkeypatch.setattr(sys, "argv", ["train.py", "--data", "synthetic", "-o", str(weights.parent)])
    with pytest.raises(SystemExit) as caught:
        main(train, str, save_file, image_files.recipe(4), Task("tiny", 0, (6, 6, 1), 2))
    assert f"error: {weights} cannot be written: " in str(caught.value)
    assert f"help: {WAY_ON}" in str(caught.value)
    assert list(weights.parent.iterdir()) == []


def test_a_report_that_does_not_fit_ends_a_training_with_the_way_on(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    network, recipe = networks.write(tmp_path)
    told = ("--recipe", recipe, "--data", "synthetic:64", "-o", tmp_path / "run")
    with no_file_above(20_000):
        found = running.run("train", network, *told)
    assert found.exit_code == 2
    assert "curves.svg: File too large" in found.stderr
    assert WAY_ON in found.stderr
