"""A training under way: what follows what, whatever framework takes the steps."""

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
"""Of a few examples: their loss, how many were hit, how many there are, the last."""


class NotFinite(Exception):
    """A loss that is not finite, what came first that is not, and the examples it is about.

    Where several processes train, others may raise it, too, whose losses are finite.
    """

    def __init__(self, loss: float, origin: str | None, examples: Numbers) -> None:
        super().__init__(loss)
        self.loss = loss
        self.origin = origin or "the loss itself"
        self.examples = examples


class Learner(Protocol):
    """What a framework has to do: it holds a model, its optimizer and its running average."""

    @property
    def shard(self) -> Shard:
        """Which of the processes this is that train together."""

    @property
    def place(self) -> str:
        """What computes, for a person: a device and a framework."""

    def learn(self, parts: Iterator[Batch], rate: float) -> Sums:
        """Follow the gradient of a batch, which comes in parts; return this process's sums.

        Raise ``NotFinite``, and leave the weights as they are.
        """

    def measure(self, batches: Batches) -> Sums:
        """Sum loss, hits, hits among the first five, and examples for the evaluated model."""

    def total(self, sums: Sums) -> Sums:
        """Add sums up over all processes."""

    def arrays(self) -> Mapping[str, Any]:
        """Gather everything that learns or draws, as arrays by name."""

    def restore(self, arrays: Mapping[str, Any]) -> None:
        """Set everything that learns or draws to what ``arrays`` gave; raise ``TrainingError``."""


def run(learner: Learner, job: Job) -> None:
    """Take all steps of a training, or those that are left; raise ``TrainingError``."""
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
    """A training under way.

    ``sums`` are those since the last line of the log; ``named`` broken images are in it.
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
        """Steps of the whole training."""
        return steps(self.examples, self.job.recipe)

    @property
    def epoch(self) -> float:
        """Epochs that are behind."""
        return self.step / steps_per_epoch(self.examples, self.job.recipe)

    @property
    def rate(self) -> float:
        """The learning rate of the coming step."""
        per_epoch = steps_per_epoch(self.examples, self.job.recipe)
        return learning_rate(self.job.recipe, self.step, per_epoch, self.steps)

    def introduce(self) -> None:
        """Say what is trained, on what, where, and for how long."""
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
        """Learn from one batch."""
        try:
            self.sums += self.learner.learn(self.batches, self.rate)
        except NotFinite as error:
            raise self.diverged(error) from None
        self.step += 1
        self.name_broken()

    def name_broken(self) -> None:
        """Name the images that turned out to be broken in the last step, of this process's share.

        Those that the state of the batches knew when the training was taken up are named already.
        """
        for name, cause in islice(self.batches.broken.items(), self.named, None):
            self.journal.say(step=self.step, broken=name)
            self.progress.say(f"skipped: {cause}")
        self.named = len(self.batches.broken)

    def diverged(self, error: NotFinite) -> TrainingError:
        """Say where a loss that is not finite comes from."""
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
        """Write what is due after a step: a line of the log, an evaluation, a checkpoint."""
        if self.step % self.job.log_every == 0 or self.step == self.steps:
            self.log()
        if self.ends_epoch():
            self.evaluate()
        if self.is_checkpoint_due():
            self.checkpoint()

    def ends_epoch(self) -> bool:
        """Whether an epoch ended with the last step."""
        batch, epoch = self.job.recipe.batch, len(self.examples)
        is_past = self.step * batch // epoch > (self.step - 1) * batch // epoch
        return is_past or self.step == self.steps

    def is_checkpoint_due(self) -> bool:
        """Whether a checkpoint follows the last step."""
        every = self.job.checkpoint_every
        if self.step == self.steps or every is None:
            return self.ends_epoch()
        return self.step % every == 0

    def log(self) -> None:
        """Write the mean loss and accuracy since the last line."""
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
        """Write how well the evaluated model does on the examples held out."""
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
        """Write everything that the training goes on from."""
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
    """Start a training, or take one up where its last checkpoint left it."""
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
    """Make sure that all processes see one run folder and one data set."""
    own, rank, world = (_last_step(job, job.resume), len(examples)), *learner.shard
    if (learner.total(np.array(own, np.float64)) != world * np.array(own)).any():
        raise TrainingError(
            f"the processes see different things: process {rank} of {world} finds"
            f" {own[0]:,} steps in {job.run} and {own[1]:,} images in {job.data}",
            "put both where all machines see the same",
        )


def _last(learner: Learner, job: Job) -> tuple[int, Standing]:
    """Give a learner the state of the last checkpoint; return its step, and what else it says."""
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
