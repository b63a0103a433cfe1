"""Training with Keras and TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from math import isfinite
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow
from tensorflow import Tensor

from archspec.standalone import averaging, training
from archspec.standalone.data.batches import Batch, Batches
from archspec.standalone.data.stream import Shard
from archspec.standalone.job import Job, TrainingError
from archspec.standalone.recipe import Recipe
from archspec.standalone.training import NotFinite, Sums
from archspec_tensorflow.standalone import evaluating, state
from archspec_tensorflow.standalone.divergence import first_not_finite
from archspec_tensorflow.standalone.losses import hits, logits_of, loss_of
from archspec_tensorflow.standalone.optimizers import Step
from archspec_tensorflow.standalone.placing import placed
from archspec_tensorflow.standalone.precision import computing_in
from archspec_tensorflow.standalone.processes import Processes, processes
from archspec_tensorflow.standalone.state import State
from archspec_tensorflow.standalone.statistics import take_from_first, unbiased_variances

Save = Callable[[keras.Model, Path], None]
"""Saves the weights of a model to a file."""


def train(build: Callable[[], keras.Model], job: Job, save: Save) -> None:
    """Train a model by a recipe and save the averaged weights in the run's folder.

    ``build`` makes a model that takes N x H x W x C images and gives logits, N x classes, or a
    mapping whose first value they are and whose others are those of auxiliary heads. Raises
    ``TrainingError``.
    """
    if job.parallel == "shards":
        raise TrainingError(
            "with TensorFlow each process has a copy of the model",
            "use --parallel copies, or shards with --backend torch",
        )
    with processes(job.device) as together:
        keras.utils.set_random_seed(job.recipe.seed + together.shard.rank)
        learner = Learner(state.start(build, job.recipe), job.recipe, together, job.compile)
        training.run(learner, job)
        if together.shard.rank == 0:
            save(learner.state.evaluated, job.run / training.WEIGHTS)


@dataclass(frozen=True)
class Learner:
    """A model in training, alone or as one of several replicas."""

    state: State
    recipe: Recipe
    together: Processes
    compile: bool = False

    @property
    def shard(self) -> Shard:
        """The rank of this process and the world size."""
        return self.together.shard

    @property
    def place(self) -> str:
        """The device and the framework."""
        return f"{self.together.device_name} with TensorFlow {tensorflow.__version__}"

    def learn(self, parts: Iterator[Batch], rate: float) -> Sums:
        """Take a step on a batch that arrives in micro-batches; return the sums of this process."""
        sums, gradients = self.gradient_of(next(parts))
        for _ in range(self.recipe.accumulate - 1):
            more, others = self.gradient_of(next(parts))
            sums += more
            gradients = [a + b for a, b in zip(gradients, others, strict=True)]
        self.follow(gradients, rate)
        return sums

    def gradient_of(self, batch: Batch) -> tuple[Sums, list[Tensor]]:
        """Compute the sums of a batch or micro-batch, and its contribution to the gradient."""
        images, labels = placed(batch)
        loss, found, gradients = self._gradient(images, labels)
        value, count = float(loss), len(batch.labels)
        if self.together.any(not isfinite(value)):  # all look for the origin, or none
            raise NotFinite(value, first_not_finite(self.state.model, images), batch.indices)
        return np.array([value * count, float(found), count]), gradients

    def follow(self, gradients: list[Tensor], rate: float) -> None:
        """Take an optimizer step and update the moving average."""
        share = averaging.share(self.recipe.averaging or 0.0, self.state.steps)
        self.state.steps += 1
        number = tensorflow.constant(self.state.steps, tensorflow.float64)
        self._follow(gradients, Step(tensorflow.constant(rate), number), tensorflow.constant(share))

    def measure(self, batches: Batches) -> Sums:
        """Sum loss, top-1 hits, top-5 hits and examples with the averaged model."""
        sums = np.zeros(4)
        for batch in batches:
            sums += self._sums(*placed(batch)).numpy()
        return sums

    def total(self, sums: Sums) -> Sums:
        """All-reduce sums over the processes."""
        total: Sums = self.together.total(sums)
        return total

    def arrays(self) -> Mapping[str, Any]:
        """Gather the state of model, optimizer, average and generators as arrays by name."""
        return state.arrays(self.state, self.together)

    def restore(self, arrays: Mapping[str, Any]) -> None:
        """Restore the state that ``arrays`` returned."""
        state.restore(self.state, arrays, self.together)

    @cached_property
    def _gradient(self) -> Callable[..., Any]:
        return self.together.compiled(self._trace_gradient, fused=self.compile)

    @cached_property
    def _follow(self) -> Callable[..., Any]:
        return self.together.compiled(self._trace_step)

    @cached_property
    def _sums(self) -> Callable[..., Any]:
        return self.together.compiled(partial(evaluating.sums_of, self.state.evaluated))

    def _trace_gradient(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Any]:
        model, recipe = self.state.model, self.recipe
        examples = images.shape[0] * (self.shard.world if recipe.synchronized else 1)
        with (
            tensorflow.GradientTape() as tape,
            unbiased_variances(model, examples),
            computing_in(model, recipe.precision),
        ):
            logits = logits_of(model(images, training=True))
            loss = loss_of(logits, labels, recipe)
            part = loss / recipe.accumulate
        gradients = tape.gradient(part, self.state.descent.variables)
        return loss, hits(logits[0], labels), gradients

    def _trace_step(self, gradients: list[Tensor], step: Step, share: Tensor) -> None:
        self.state.descent.follow(self.together.averaged(gradients), step)
        if self.shard.world > 1:
            take_from_first(self.state.model, self.together)
        self.state.update_average(share)
