"""A training that is killed at random moments, and goes on each time: a program of its own.

``python killed.py BACKEND FOLDER KILLS SEED`` trains once without a stop into FOLDER/whole, to know
how long it takes, and then into FOLDER/killed, where each process but the last is killed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from importlib import import_module
from pathlib import Path

from archspec.backend import backend
from archspec.emission.live import execute
from archspec.standalone.job import Job
from archspec.standalone.recipe import Augmentation, OneCycle, Recipe, RMSProp
from tests.training.copies import do_without

RECIPE = Recipe(
    name="killed",
    optimizer=RMSProp(rate=0.01, momentum=0.9),
    batch=16,
    epochs=4,
    schedule=OneCycle(),
    averaging=0.9,
    augmentation=Augmentation(kind="light"),
)


class Killed:
    """Trainings with one backend, each in a copy of this process."""

    def __init__(self, chosen: str, folder: Path) -> None:
        self.loop = backend(chosen).training()
        self.folder = folder
        if chosen == "torch":  # optimizers need it: once here, not in each copy
            import_module("torch._dynamo")

    def train(self, run: str) -> None:
        """Train, or go on; the network has dropout, so that what is drawn matters."""
        model = execute((self.folder / "model.py").read_text(), "tiny")
        job = Job(
            recipe=RECIPE,
            data="synthetic:160",
            run=self.folder / run,
            shape=(12, 12, 1),
            classes=10,
            resume=True,
            log_every=3,
            checkpoint_every=2,
        )
        job.run.mkdir(exist_ok=True)
        weights = str(self.folder / "weights.safetensors")
        self.loop.train(
            lambda: model.build(weights), job, lambda trained, path: model.save(trained, str(path))
        )

    def started(self, run: str) -> int:
        """Start to train in a copy of this process."""
        child = os.fork()
        if child:
            return child
        self.train(run)
        os._exit(0)


def main(chosen: str, folder: Path, kills: int, seed: int) -> None:
    """Train without a stop, and with many."""
    killed = Killed(chosen, folder)
    begin = time.monotonic()
    os.waitpid(killed.started("whole"), 0)
    seconds = time.monotonic() - begin
    moments = random.Random(seed)  # noqa: S311 - it hides nothing
    for _ in range(kills):
        child = killed.started("killed")
        time.sleep(moments.uniform(0.0, seconds / 2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    _, status = os.waitpid(killed.started("killed"), 0)
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    do_without()
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
