"""The training loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn

from archspec.standalone import checkpoints
from archspec.standalone.checkpoints import Checkpoint
from archspec.standalone.data.batches import Batch, evaluation_batches, training_batches
from archspec.standalone.data.examples import Examples
from archspec.standalone.data.places import open_examples
from archspec.standalone.data.stream import Shard, steps, steps_per_epoch
from archspec.standalone.job import Job, TrainingError
from archspec.standalone.journal import Journal, Silence
from archspec.standalone.progress import Progress
from archspec.standalone.schedule import learning_rate
from archspec_torch.standalone.divergence import first_not_finite
from archspec_torch.standalone.evaluating import evaluate
from archspec_torch.standalone.losses import hits, logits_of, loss_of
from archspec_torch.standalone.optimizers import optimizer_of, set_learning_rate
from archspec_torch.standalone.placing import placed
from archspec_torch.standalone.processes import Processes, processes, without_exchange
from archspec_torch.standalone.state import State, arrays, restore, running_average

Save = Callable[[nn.Module, Path], None]
"""Writes the weights of a model into a file."""
SPLITS: tuple[Literal["train"], Literal["test"]] = ("train", "test")
CHECKPOINTS, WEIGHTS = "checkpoints", "weights.safetensors"
EVALUATED_AT_ONCE = 256


def train(model: nn.Module, job: Job, save: Save) -> None:
    """Train a model by a recipe; leave the weights that are evaluated in the run's folder.

    ``model`` takes N x C x H x W images and gives logits, N x classes, or a mapping whose first
    value they are and whose others are those of auxiliary heads. Raises ``TrainingError``.
    """
    torch.manual_seed(job.recipe.seed)
    with processes(job.device) as together:
        training = begin(model, job, together)
        while training.step < training.steps:
            training.take_step()
            training.report()
        if together.is_first:
            save(training.state.evaluated, job.run / WEIGHTS)


@dataclass
class Training:
    """A training under way.

    ``model`` is what a step calls: the state's own, or what exchanges its gradients. ``sums`` holds
    the loss, the hits and the number of examples since the last line of the log.
    """

    job: Job
    together: Processes
    state: State
    model: nn.Module
    batches: Any
    examples: Examples
    held_out: Examples
    journal: Journal
    progress: Progress
    step: int = 0
    sums: Tensor = field(default_factory=lambda: torch.zeros(3, dtype=torch.float64))

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

    def take_step(self) -> None:
        """Follow the gradient of one batch, which may come in parts."""
        recipe = self.job.recipe
        set_learning_rate(self.state.optimizer, self.rate)
        self.state.optimizer.zero_grad()
        for _ in range(recipe.accumulate - 1):
            with without_exchange(self.model):
                self.gather_gradient(next(self.batches))
        self.gather_gradient(next(self.batches))
        if recipe.clip is not None:
            nn.utils.clip_grad_norm_(self.state.model.parameters(), recipe.clip)
        self.state.optimizer.step()
        if self.state.average is not None:
            self.state.average.update_parameters(self.state.model)
        self.step += 1

    def gather_gradient(self, batch: Batch) -> None:
        """Add the gradient of a batch, or of a part of one, to what is there."""
        recipe = self.job.recipe
        images, labels = placed(batch, self.together.device)
        with torch.autocast(
            images.device.type, torch.bfloat16, enabled=recipe.precision == "bfloat16"
        ):
            logits = logits_of(self.model(images))
        loss = loss_of(logits, labels, recipe)
        value = loss.item()
        if not isfinite(value):
            raise self.diverged(value, images, batch)
        torch.autograd.backward(loss / recipe.accumulate)
        found = float(hits(logits[0], labels))
        self.sums += torch.tensor([value * len(labels), found, len(labels)], dtype=torch.float64)

    def diverged(self, loss: float, images: Tensor, batch: Batch) -> TrainingError:
        """Say where a loss that is not finite comes from."""
        origin = first_not_finite(self.state.model, images) or "the loss itself"
        examples = ", ".join(map(str, batch.indices[:8]))
        more = ", ..." if len(batch.indices) > 8 else ""
        return TrainingError(
            f"the loss of step {self.step:,} is {loss}: {origin} is the first that is not finite"
            f" (learning rate {self.rate:.3g}; examples {examples}{more})",
            "lower the learning rate or clip the gradient; residuals of more than 1,000 filters"
            " want a scale of 0.1 to 0.3",
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
        sums = self.together.total(self.sums.to(self.together.device, copy=True)).tolist()
        loss, top1 = sums[0] / sums[2], sums[1] / sums[2]
        self.sums.zero_()
        speed = self.progress.images_per_second(self.step)
        self.journal.say(step=self.step, epoch=self.epoch, rate=self.rate, loss=loss, top1=top1)
        self.journal.say_times(step=self.step, images_per_second=speed)
        self.progress.tell(self.step, self.epoch, loss, top1, speed)

    def evaluate(self) -> None:
        """Write how well the evaluated model does on the examples held out."""
        shard = Shard(self.together.rank, self.together.world)
        batches = evaluation_batches(
            self.held_out, self.job.recipe, self.job.shape, EVALUATED_AT_ONCE, shard
        )
        found = evaluate(self.state.evaluated, batches, self.together)
        self.journal.say(step=self.step, epoch=self.epoch, test=found)
        self.progress.say(
            f"epoch {self.epoch:.2f}: test loss {found['loss']:.4f}, top-1 {found['top1']:.2%},"
            f" top-5 {found['top5']:.2%}"
        )

    def checkpoint(self) -> None:
        """Write everything that the training goes on from."""
        found = arrays(self.state, self.together)
        if not self.together.is_first:
            return
        values = {
            "batches": self.batches.get_state(),
            "log": self.journal.length,
            "sums": self.sums.tolist(),
        }
        folder = self.job.run / CHECKPOINTS
        checkpoints.write(folder, self.step, Checkpoint(found, values))


def begin(model: nn.Module, job: Job, together: Processes) -> Training:
    """Start a training, or take one up where its last checkpoint left it."""
    examples, held_out = (
        open_examples(job.data, split, job.shape, job.classes) for split in SPLITS
    )
    shard = Shard(together.rank, together.world)
    batches = training_batches(
        examples, job.recipe, job.shape, shard, workers=job.workers, strict=job.strict
    )
    model.to(together.device).train()
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # the stubs lack it
    average = running_average(model, job.recipe.averaging) if job.recipe.averaging else None
    state = State(model, average, optimizer_of(job.recipe, model))
    step, values = take_up(state, job, together)
    if values:
        batches.set_state(values["batches"])
    length = values.get("log", 0)
    total = steps(examples, job.recipe)
    training = Training(
        job=job,
        together=together,
        state=state,
        model=together.wrap(model),
        batches=batches,
        examples=examples,
        held_out=held_out,
        journal=Journal(job.run, length) if together.is_first else Silence(),
        progress=Progress(total, job.recipe.batch, step, quiet=not together.is_first),
        step=step,
    )
    if values and together.is_first:
        training.sums += torch.tensor(values["sums"], dtype=torch.float64)
    return training


def take_up(state: State, job: Job, together: Processes) -> tuple[int, dict[str, Any]]:
    """Read the last checkpoint of a run into a state: its step, and what else it says."""
    written = checkpoints.written(job.run / CHECKPOINTS) if job.resume else []
    if not written:
        return 0, {}
    found = checkpoints.read(job.run / CHECKPOINTS, written[-1])
    restore(state, found.arrays, together)
    return written[-1], dict(found.values)
