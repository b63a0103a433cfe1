"""A training that is killed at random moments, and goes on each time: a program of its own.

``python killed.py FOLDER KILLS SEED`` trains once without a stop into FOLDER/whole, to know how
long it takes, and then into FOLDER/killed, where each process but the last is killed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import torch

from archspec.emission.live import execute
from archspec.standalone.job import Job
from archspec.standalone.recipe import Augmentation, OneCycle, Recipe, RMSProp
from archspec_torch.standalone import loop
from tests.training.gangs import do_without

RECIPE = Recipe(
    name="killed",
    optimizer=RMSProp(rate=0.01, momentum=0.9),
    batch=16,
    epochs=4,
    schedule=OneCycle(),
    averaging=0.9,
    augmentation=Augmentation(kind="light"),
)


def train(folder: Path, run: str) -> None:
    """Train, or go on; the network has dropout, so that what is drawn matters."""
    torch.set_num_threads(1)
    model = execute((folder / "model.py").read_text(), "tiny")
    job = Job(
        recipe=RECIPE,
        data="synthetic:160",
        run=folder / run,
        shape=(12, 12, 1),
        classes=10,
        resume=True,
        log_every=3,
        checkpoint_every=2,
    )
    job.run.mkdir(exist_ok=True)
    weights = str(folder / "weights.safetensors")
    loop.train(
        lambda: model.build(weights), job, lambda trained, path: model.save(trained, str(path))
    )


def started(folder: Path, run: str) -> int:
    """Start to train in a copy of this process."""
    child = os.fork()
    if child:
        return child
    train(folder, run)
    os._exit(0)


def main(folder: Path, kills: int, seed: int) -> None:
    """Train without a stop, and with many."""
    begin = time.monotonic()
    os.waitpid(started(folder, "whole"), 0)
    seconds = time.monotonic() - begin
    moments = random.Random(seed)  # noqa: S311 - it hides nothing
    for _ in range(kills):
        child = started(folder, "killed")
        time.sleep(moments.uniform(0.0, seconds / 2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    _, status = os.waitpid(started(folder, "killed"), 0)
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    do_without()
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
