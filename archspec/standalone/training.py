"""The training loop: steps, logging, evaluation and checkpoints, for any framework."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import Any, Protocol

import numpy as np

from archspec.standalone import checkpoints
from archspec.standalone.checkpoints import Checkpoint
from archspec.standalone.data.batches import Batch, Batches, evaluation_batches, training_batches
from archspec.standalone.data.examples import Examples, Numbers
from archspec.standalone.data.places import open_examples
from archspec.standalone.data.stream import Shard, steps, steps_per_epoch
from archspec.standalone.job import Job, TrainingError
from archspec.standalone.journal import Journal, Silence
from archspec.standalone.progress import Progress
from archspec.standalone.schedule import learning_rate
from archspec.standalone.standing import BEFORE, Standing, standing

CHECKPOINTS, WEIGHTS = "checkpoints", "weights.safetensors"
EVALUATED_AT_ONCE = 64
CALMER = (
    "lower the learning rate or clip the gradient; residuals of more than 1,000 filters want a"
    " scale of 0.1 to 0.3"
)

Sums = np.ndarray[Any, np.dtype[np.float64]]
"""Sums over examples: of the loss and of correct predictions, with the number of examples last."""


class NotFinite(Exception):
    """A loss is not finite; ``origin`` names the first value that is not, for these examples.

    With several processes, those whose own loss is finite may raise it, too.
    """

    def __init__(self, loss: float, origin: str | None, examples: Numbers) -> None:
        super().__init__(loss)
        self.loss = loss
        self.origin = origin or "the loss itself"
        self.examples = examples


class Learner(Protocol):
    """A model with its optimizer and moving average, in some framework."""

    @property
    def shard(self) -> Shard:
        """The rank of this process and the number of processes."""

    @property
    def place(self) -> str:
        """The device and the framework, for messages."""

    def learn(self, parts: Iterator[Batch], rate: float) -> Sums:
        """Take an optimizer step on a batch that arrives in micro-batches.

        Gradients are accumulated over micro-batches and averaged over processes. Returns the sums
        of this process; raises ``NotFinite`` without changing the weights.
        """

    def measure(self, batches: Batches) -> Sums:
        """Evaluate the averaged model: sums of loss, top-1 and top-5 hits, and examples."""

    def total(self, sums: Sums) -> Sums:
        """All-reduce sums over the processes."""

    def arrays(self) -> Mapping[str, Any]:
        """Gather the state of model, optimizer, average and random generators as arrays by name."""

    def restore(self, arrays: Mapping[str, Any]) -> None:
        """Restore what ``arrays`` returned; raise ``TrainingError`` if it does not fit."""


def run(learner: Learner, job: Job) -> None:
    """Train to the last step, from the start or a checkpoint; raise ``TrainingError``."""
    training = begin(learner, job)
    training.introduce()
    try:
        while training.step < training.steps:
            training.take_step()
            training.report()
    except (KeyboardInterrupt, SystemExit):
        training.take_leave()
        raise
    finally:
        training.batches.close()


@dataclass
class Training:
    """The state of the training loop.

    ``sums`` accumulates since the last line of the log, which names the first ``named`` of the
    corrupt images.
    """

    job: Job
    learner: Learner
    batches: Batches
    examples: Examples
    held_out: Examples
    journal: Journal
    progress: Progress
    step: int
    sums: Sums
    named: int

    @property
    def steps(self) -> int:
        """The number of steps of the whole training."""
        return steps(self.examples, self.job.recipe)

    @property
    def epoch(self) -> float:
        """The number of epochs so far, with a fraction."""
        return self.step / steps_per_epoch(self.examples, self.job.recipe)

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        per_epoch = steps_per_epoch(self.examples, self.job.recipe)
        return learning_rate(self.job.recipe, self.step, per_epoch, self.steps)

    def introduce(self) -> None:
        """Announce the model, the data, the device and the number of steps."""
        job, recipe, world = self.job, self.job.recipe, self.learner.shard.world
        many = f", {job.parameters:,} parameters" if job.parameters else ""
        several = f"{world} processes, the first on " if world > 1 else ""
        begun = f", {self.step:,} of them taken before" if self.step else ""
        self.progress.say(
            f"{job.network}{many}, by the recipe {recipe.name}, on {several}{self.learner.place}"
        )
        self.progress.say(
            f"{len(self.examples):,} images of {job.data} to learn from,"
            f" {len(self.held_out):,} to be tested on"
        )
        self.progress.say(
            f"{recipe.epochs:g} epochs, {self.steps:,} steps of {recipe.batch:,} images{begun}"
        )
        self.journal.say_times(start=self.step, place=self.learner.place, processes=world)

    def take_step(self) -> None:
        """Train on the next batch."""
        try:
            self.sums += self.learner.learn(self.batches, self.rate)
        except NotFinite as error:
            raise self.diverged(error) from None
        self.step += 1
        self.name_broken()

    def name_broken(self) -> None:
        """Log the corrupt images that this process met in the last step.

        After a resume, those in the checkpoint are in the log already.
        """
        for name, cause in islice(self.batches.broken.items(), self.named, None):
            self.journal.say(step=self.step, broken=name)
            self.progress.say(f"skipped: {cause}")
        self.named = len(self.batches.broken)

    def diverged(self, error: NotFinite) -> TrainingError:
        """Describe where a loss that is not finite comes from."""
        step = f"{self.step + 1:,}"
        if isfinite(error.loss):
            return TrainingError(f"the loss of step {step} is not finite in another process")
        examples = ", ".join(map(str, error.examples[:8]))
        more = ", ..." if len(error.examples) > 8 else ""
        return TrainingError(
            f"the loss of step {step} is {error.loss}: {error.origin} is the first that is"
            f" not finite (learning rate {self.rate:.3g}; examples {examples}{more})",
            CALMER,
        )

    def report(self) -> None:
        """Log, evaluate and write a checkpoint, as far as each is due after the last step."""
        if self.step % self.job.log_every == 0 or self.step == self.steps:
            self.log()
        if self.ends_epoch():
            self.evaluate()
        if self.is_checkpoint_due():
            self.checkpoint()

    def ends_epoch(self) -> bool:
        """Whether the last step completed an epoch, or the training."""
        batch, epoch = self.job.recipe.batch, len(self.examples)
        is_past = self.step * batch // epoch > (self.step - 1) * batch // epoch
        return is_past or self.step == self.steps

    def is_checkpoint_due(self) -> bool:
        """Whether a checkpoint is due after the last step."""
        every = self.job.checkpoint_every
        if self.step == self.steps or every is None:
            return self.ends_epoch()
        return self.step % every == 0

    def log(self) -> None:
        """Log the mean loss and accuracy since the last line."""
        loss, hits, count = self.learner.total(self.sums).tolist()
        self.sums = np.zeros(3)
        speed = self.progress.images_per_second(self.step)
        loss, top1 = loss / count, hits / count
        self.journal.say(step=self.step, epoch=self.epoch, rate=self.rate, loss=loss, top1=top1)
        self.journal.say_times(
            step=self.step, images_per_second=round(speed, 1), seconds=round(self.progress.seconds)
        )
        self.progress.tell(self.step, self.epoch, loss, top1, speed)

    def evaluate(self) -> None:
        """Evaluate the averaged model on the held-out split and log the result."""
        recipe, shape, shard = self.job.recipe, self.job.shape, self.learner.shard
        batches = evaluation_batches(
            self.held_out, recipe, shape, EVALUATED_AT_ONCE, shard, strict=self.job.strict
        )
        *sums, count = self.learner.total(self.learner.measure(batches)).tolist()
        if not count:
            raise TrainingError("no image that is held out can be decoded", "look at test/")
        loss, top1, top5 = (each / count for each in sums)
        if not isfinite(loss):
            raise TrainingError(
                f"the loss on the images held out is {loss} after step {self.step:,}", CALMER
            )
        found = {"loss": loss, "top1": top1, "top5": top5}
        if skipped := len(self.held_out) - int(count):
            found["skipped"] = skipped
        self.journal.say(step=self.step, epoch=self.epoch, test=found)
        self.progress.say(
            f"epoch {self.epoch:.2f}: test loss {loss:.4f}, top-1 {top1:.2%}, top-5 {top5:.2%}"
            + (f", {skipped:,} skipped as broken" if skipped else "")
        )
        if self.job.evaluated is not None and shard.rank == 0:
            self.job.evaluated()
        self.progress.set_out(self.step)

    def checkpoint(self) -> None:
        """Write a checkpoint of the model, the data stream and the log, on rank 0 only."""
        found, sums = self.learner.arrays(), self.learner.total(self.sums)
        if self.learner.shard.rank != 0:
            return
        stands = Standing(self.batches.get_state(), self.journal.length, sums.tolist())
        folder = self.job.run / CHECKPOINTS
        checkpoints.write(folder, self.step, Checkpoint(found, stands._asdict()))

    def take_leave(self) -> None:
        """Say where a training goes on that is interrupted; each process does, one may be gone."""
        rank, world = self.learner.shard
        several = f"process {rank} of {world} " if world > 1 else ""
        last = _last_step(self.job, resume=True)
        where = f"--resume goes on after step {last:,}" if last else "there is no checkpoint yet"
        sys.stderr.write(f"\n{several}stopped after step {self.step:,}; {where}\n")


def begin(learner: Learner, job: Job) -> Training:
    """Start a training, or resume it from its last checkpoint."""
    recipe, shape, shard = job.recipe, job.shape, learner.shard
    examples = open_examples(job.data, "train", shape, job.classes)
    held_out = open_examples(job.data, "test", shape, job.classes)
    batches = training_batches(
        examples, recipe, shape, shard, workers=job.workers, strict=job.strict
    )
    _agree(learner, job, examples)
    step, stands = _last(learner, job)
    batches.set_state(stands.batches)
    is_first, total = shard.rank == 0, steps(examples, recipe)
    return Training(
        job=job,
        learner=learner,
        batches=batches,
        examples=examples,
        held_out=held_out,
        journal=Journal(job.run, stands.log, step) if is_first else Silence(),
        progress=Progress(total, recipe.batch, step, quiet=not is_first),
        step=step,
        sums=np.array((stands if is_first else BEFORE).sums),
        named=len(batches.broken),
    )


def _agree(learner: Learner, job: Job, examples: Examples) -> None:
    """Raise ``TrainingError`` unless all processes see the same run folder and data set."""
    own, rank, world = (_last_step(job, job.resume), len(examples)), *learner.shard
    if (learner.total(np.array(own, np.float64)) != world * np.array(own)).any():
        raise TrainingError(
            f"the processes see different things: process {rank} of {world} finds"
            f" {own[0]:,} steps in {job.run} and {own[1]:,} images in {job.data}",
            "put both where all machines see the same",
        )


def _last(learner: Learner, job: Job) -> tuple[int, Standing]:
    """Restore a learner from the last checkpoint; return its step and its other values."""
    step = _last_step(job, job.resume)
    if not step:
        return 0, BEFORE
    found = checkpoints.read(job.run / CHECKPOINTS, step)
    stands = standing(found.values, step * job.recipe.accumulate)
    learner.restore(found.arrays)
    return step, stands


def _last_step(job: Job, resume: bool) -> int:
    """Find the step of the last checkpoint; 0 where there is none, or none is wanted."""
    return max(checkpoints.written(job.run / CHECKPOINTS), default=0) if resume else 0
