"""Trainings that one or several processes run: a program for torchrun.

``python scenarios.py FOLDER`` trains the network of FOLDER/model.py by each recipe, and leaves the
runs in FOLDER, named after the scenario and the number of processes.
"""

from __future__ import annotations

import os
import sys
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
WORLD = int(os.environ.get("WORLD_SIZE", "1"))


def scenarios(folder: Path) -> Iterator[tuple[str, Job]]:
    """Name each training and say what it is."""

    def job(name: str, recipe: Recipe, **options: Any) -> tuple[str, Job]:
        run = folder / f"{name}{WORLD}"
        given = {"data": "synthetic:120", "shape": (12, 12, 1), "classes": 10}
        return name, Job(recipe=recipe, run=run, log_every=2, **{**given, **options})

    parts = replace(PAPER, accumulate=2, optimizer=SGD(rate=0.1))
    yield job("copies", PAPER)
    yield job("parts", parts)
    yield job("shards", PAPER, parallel="shards", checkpoint_every=3)
    if WORLD > 1:
        yield job("parts_of_shards", parts, parallel="shards")
    if WORLD > 1:
        yield job("apart", replace(PAPER, synchronized=False), checkpoint_every=3)


def train(folder: Path) -> None:
    """Run all scenarios in this process."""
    model = execute((folder / "model.py").read_text(), "tiny")
    for _, job in scenarios(folder):
        job.run.mkdir(exist_ok=True)
        loop.train(
            lambda: model.build(str(folder / "weights.safetensors")),
            job,
            lambda trained, path: model.save(trained, str(path)),
        )
    if WORLD > 1:
        statistics(folder, model)


def statistics(folder: Path, model: Any) -> None:
    """Take up a training whose norms are not synchronized; leave what each process then has."""
    (job,) = (job for name, job in scenarios(folder) if name == "apart")
    with processes("cpu") as together:
        started = state.start(model.build(), replace(job, resume=True), together)
        stepped = exchanging(started.model, together, job.parallel)
        learner = loop.Learner(started, stepped, job.recipe, together)
        training.begin(learner, replace(job, resume=True))
        found = {name: value.numpy().copy() for name, value in started.model.named_buffers()}
        save_file({name: np.atleast_1d(each) for name, each in found.items()},
                  folder / f"statistics{together.rank}.safetensors")  # fmt: skip


if __name__ == "__main__":
    torch.set_num_threads(1)
    with processes("cpu"):
        train(Path(sys.argv[1]))
