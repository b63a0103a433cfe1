"""Training with PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import nn

from archspec.standalone import training
from archspec.standalone.data.batches import Batch, Batches
from archspec.standalone.data.stream import Shard
from archspec.standalone.job import Job
from archspec.standalone.recipe import Recipe
from archspec.standalone.training import NotFinite, Sums
from archspec_torch.standalone import state
from archspec_torch.standalone.divergence import first_not_finite
from archspec_torch.standalone.evaluating import filled, sums_over
from archspec_torch.standalone.losses import hits, logits_of, loss_of
from archspec_torch.standalone.optimizers import set_learning_rate
from archspec_torch.standalone.parallel import exchanging, without_exchange
from archspec_torch.standalone.placing import placed
from archspec_torch.standalone.processes import Processes, processes
from archspec_torch.standalone.state import State

Save = Callable[[nn.Module, Path], None]
"""Saves the weights of a model to a file."""


def train(build: Callable[[], nn.Module], job: Job, save: Save) -> None:
    """Train a model by a recipe and save the averaged weights in the run's folder.

    ``build`` makes a model that takes N x C x H x W images and gives logits, N x classes, or a
    mapping whose first value they are and whose others are those of auxiliary heads. Raises
    ``TrainingError``.
    """
    with processes(job.device) as together:
        _train(build, job, save, together)


def _train(build: Callable[[], nn.Module], job: Job, save: Save, together: Processes) -> None:
    """Train as one of several processes.

    What exchanges gradients is out of reach when this returns, so that ``processes`` can collect it
    before the connection is closed.
    """
    torch.manual_seed(job.recipe.seed + together.rank)
    started = state.start(build(), job, together)
    stepped = exchanging(compiled(started.model, job), together, job.parallel)
    training.run(Learner(started, stepped, job.recipe, together), job)
    whole = started.whole
    if together.is_first:
        save(whole, job.run / training.WEIGHTS)


def compiled(model: nn.Module, job: Job) -> nn.Module:
    """Compile a model if the job asks for it."""
    return cast(nn.Module, torch.compile(model)) if job.compile else model


@dataclass(frozen=True)
class Learner:
    """A model in training, alone or as one of several replicas.

    ``model`` is what a step calls: the state's own, or what exchanges its gradients.
    """

    state: State
    model: nn.Module
    recipe: Recipe
    together: Processes

    @property
    def shard(self) -> Shard:
        """The rank of this process and the world size."""
        return Shard(self.together.rank, self.together.world)

    @property
    def place(self) -> str:
        """The device and the framework."""
        return f"{self.together.device_name} with PyTorch {torch.__version__}"

    def learn(self, parts: Iterator[Batch], rate: float) -> Sums:
        """Take a step on a batch that arrives in micro-batches; return the sums of this process."""
        set_learning_rate(self.state.optimizer, rate)
        self.state.optimizer.zero_grad()
        sums = np.zeros(3)
        for _ in range(self.recipe.accumulate - 1):
            with without_exchange(self.model):
                sums += self.gather_gradient(next(parts))
        sums += self.gather_gradient(next(parts))
        self.follow()
        return sums

    def gather_gradient(self, batch: Batch) -> Sums:
        """Accumulate the gradient of a batch or micro-batch; return its sums."""
        recipe = self.recipe
        images, labels = placed(batch, self.together.device)
        with torch.autocast(
            images.device.type, torch.bfloat16, enabled=recipe.precision == "bfloat16"
        ):
            logits = logits_of(self.model(images))
        loss = loss_of(logits, labels, recipe)
        value, count = loss.item(), len(labels)
        if self.together.most(not isfinite(value)):  # all look for the origin, or none
            raise NotFinite(value, first_not_finite(self.state.model, images), batch.indices)
        torch.autograd.backward(loss / recipe.accumulate)
        return np.array([value * count, float(hits(logits[0], labels)), count])

    def follow(self) -> None:
        """Take an optimizer step and update the moving average."""
        if self.recipe.clip is not None:
            nn.utils.clip_grad_norm_(self.state.model.parameters(), self.recipe.clip)
        self.state.optimizer.step()
        if self.state.average is not None:
            self.state.average.update_parameters(self.state.model)

    def measure(self, batches: Batches) -> Sums:
        """Sum loss, top-1 hits, top-5 hits and examples with the averaged model."""
        self.share_statistics()
        rounds = self.together.most(len(batches))
        return sums_over(filled(batches, rounds), self.state.evaluated, self.together.device)

    def total(self, sums: Sums) -> Sums:
        """All-reduce sums over the processes."""
        values = torch.tensor(sums, device=self.together.device)
        return self.together.total(values).cpu().numpy()

    def share_statistics(self) -> None:
        """Broadcast the running statistics of rank 0."""
        for each in (self.state.model, self.state.average):
            if each is not None:
                self.together.share_statistics(each)

    def arrays(self) -> Mapping[str, Any]:
        """Gather the state of model, optimizer, average and generators as arrays by name."""
        self.share_statistics()
        return state.arrays(self.state, self.together)

    def restore(self, arrays: Mapping[str, Any]) -> None:
        """Restore the state that ``arrays`` returned."""
        state.restore(self.state, self.recipe, arrays, self.together)
