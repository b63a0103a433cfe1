"""Trainings that one process runs, and three: a program for torchrun.

``torchrun scenarios.py FOLDER`` trains the network of FOLDER/model.py by each recipe, and leaves
the runs in FOLDER, named after the scenario and the number of processes. The one process is that of
torchrun, the three are copies of it, so that nothing is imported twice.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file

from archspec.emission.live import execute
from archspec.standalone import training
from archspec.standalone.job import Job
from archspec.standalone.recipe import SGD, Exponential, Recipe, RMSProp
from archspec_torch.standalone import loop, state
from archspec_torch.standalone.parallel import exchanging
from archspec_torch.standalone.processes import processes
from tests.training.copies import do_without, free_port, joining

PAPER = Recipe(
    name="paper",
    optimizer=RMSProp(rate=0.045, momentum=0.9),
    batch=24,
    epochs=1,
    schedule=Exponential(factor=0.94),
    averaging=0.9,
    clip=2.0,
    synchronized=True,
    precision="float32",
)
SEVERAL = 3
AGENT = ("GROUP_WORLD_SIZE", "TORCHELASTIC_RESTART_COUNT", "TORCHELASTIC_USE_AGENT_STORE")
"""What torchrun tells its own processes alone."""


def scenarios(folder: Path, world: int) -> Iterator[tuple[str, Job]]:
    """Name each training and say what it is."""

    def job(name: str, recipe: Recipe, **options: Any) -> tuple[str, Job]:
        run = folder / f"{name}{world}"
        given = {"data": "synthetic:120", "shape": (12, 12, 1), "classes": 10}
        return name, Job(recipe=recipe, run=run, log_every=2, **{**given, **options})

    parts = replace(PAPER, accumulate=2, optimizer=SGD(rate=0.1))
    yield job("copies", PAPER)
    yield job("parts", parts)
    yield job("shards", PAPER, parallel="shards", checkpoint_every=3)
    if world > 1:
        yield job("parts_of_shards", parts, parallel="shards")
    if world > 1:
        yield job("apart", replace(PAPER, synchronized=False), checkpoint_every=3)


def train(folder: Path, world: int) -> None:
    """Run all scenarios in this process."""
    model = execute((folder / "model.py").read_text(), "tiny")
    with processes("cpu"):
        for _, job in scenarios(folder, world):
            job.run.mkdir(exist_ok=True)
            loop.train(
                lambda: model.build(str(folder / "weights.safetensors")),
                job,
                lambda trained, path: model.save(trained, str(path)),
            )
        if world > 1:
            statistics(folder, model)


def statistics(folder: Path, model: Any) -> None:
    """Take up a training whose norms are not synchronized; leave what each process then has."""
    (job,) = (job for name, job in scenarios(folder, SEVERAL) if name == "apart")
    with processes("cpu") as together:
        started = state.start(model.build(), replace(job, resume=True), together)
        stepped = exchanging(started.model, together, job.parallel)
        learner = loop.Learner(started, stepped, job.recipe, together)
        training.begin(learner, replace(job, resume=True))
        found = {name: value.numpy().copy() for name, value in started.model.named_buffers()}
        save_file({name: np.atleast_1d(each) for name, each in found.items()},
                  folder / f"statistics{together.rank}.safetensors")  # fmt: skip


def started(folder: Path, rank: int, port: int) -> int:
    """Start one of several processes, a copy of this one."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        for name in AGENT:
            os.environ.pop(name, None)
        rendezvous = {"MASTER_ADDR": "localhost", "MASTER_PORT": port, "WORLD_SIZE": SEVERAL}
        os.environ.update(joining(rank, rendezvous))
        train(folder, SEVERAL)
        status = 0
    except BaseException:  # noqa: BLE001  # of a process, which ends
        traceback.print_exc()
    os._exit(status)


def main(folder: Path) -> None:
    """Train in three processes, then in this one alone."""
    port = free_port()
    children = [started(folder, rank, port) for rank in range(SEVERAL)]
    ended = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in children]
    assert ended == [0] * SEVERAL, ended
    train(folder, 1)


if __name__ == "__main__":
    do_without()
    torch.set_num_threads(1)
    main(Path(sys.argv[1]))
