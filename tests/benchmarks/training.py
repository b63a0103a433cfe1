"""How fast a network is trained, as a share of a bare loop over the same model and batches."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TextIO

import torch
from torch import nn
from torch.nn import functional

import archspec
from archspec.standalone.data.batches import Batch, training_batches
from archspec.standalone.data.places import open_examples
from archspec.standalone.job import Job
from archspec.standalone.recipe import SGD, Augmentation, OneCycle, Recipe
from archspec_torch.standalone import loop, state
from archspec_torch.standalone.processes import processes

SPEC = "specs/small/inception_resnet.yaml"
SHAPE, CLASSES = (28, 28, 1), 10
ROUNDS, STEPS = 15, 10
RATE = 0.01
RECIPE = Recipe(
    name="bench",
    optimizer=SGD(rate=RATE),
    batch=128,
    epochs=1000,
    schedule=OneCycle(),
    augmentation=Augmentation(kind="light"),
)


def main(out: TextIO) -> None:
    """Measure in turn; print images a second, and the median of each round's ratio."""
    with TemporaryDirectory() as folder, processes("auto") as together:
        job = Job(
            recipe=RECIPE, data="synthetic:6400", run=Path(folder), shape=SHAPE, classes=CLASSES
        )
        started = state.start(_model(), job, together)
        learner = loop.Learner(started, started.model, RECIPE, together)
        bare, batches = _model().to(together.device), _batches()
        optimizer = torch.optim.SGD(bare.parameters(), lr=RATE, momentum=0.9)
        steps: dict[str, Callable[[], object]] = {
            "bare loop": lambda: _step(bare, optimizer, next(batches), together.device),
            "archspec": lambda: learner.learn(batches, RATE),
            "reader alone": lambda: next(batches),
        }
        rounds = [{name: _seconds(step) for name, step in steps.items()} for _ in range(ROUNDS)]
    for name in steps:
        speed = RECIPE.batch / median(each[name] for each in rounds)
        share = median(each["bare loop"] / each[name] for each in rounds)
        out.write(f"{name:14} {speed:10,.0f} images/s {share:8.3f} of the bare loop\n")


def _model() -> nn.Module:
    model: nn.Module = archspec.build(archspec.load(SPEC), "torch")
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in stubs
    return model.train()


def _batches() -> Iterator[Batch]:
    examples = open_examples("synthetic:6400", "train", SHAPE, CLASSES)
    return training_batches(examples, RECIPE, SHAPE)


def _step(
    model: nn.Module, optimizer: torch.optim.Optimizer, batch: Batch, device: torch.device
) -> None:
    """Take a step as a loop does that does nothing else."""
    images = torch.from_numpy(batch.images).permute(0, 3, 1, 2).to(device)
    labels = torch.from_numpy(batch.labels).to(device)
    optimizer.zero_grad()
    loss = functional.cross_entropy(model(images), labels)
    torch.autograd.backward(loss)
    optimizer.step()


def _seconds(step: Callable[[], object]) -> float:
    """Measure a step in the mean of several."""
    start = time.perf_counter()
    for _ in range(STEPS):
        step()
    return (time.perf_counter() - start) / STEPS


if __name__ == "__main__":
    main(sys.stdout)
