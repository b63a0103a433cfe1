"""The specification of a training run, and the error that it may end with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from archspec.standalone.recipe import Recipe

Shape = tuple[int, int, int]
"""Height, width and channels."""
MAKE_ROOM = "make room and go on with --resume"


class TrainingError(Exception):
    """A training cannot start or continue; ``help`` says what to do about it."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


def another_is_gone(rank: int, world: int) -> TrainingError:
    """Say in a process that one of those it trains with does not answer any more."""
    return TrainingError(
        f"process {rank} of {world} waits for another that is gone",
        "see what that one said, and start all of them with --resume",
    )


def unwritable(file: Path, cause: object) -> TrainingError:
    """Say that a file in the folder of a training cannot be written, as on a full disk."""
    return TrainingError(f"{file} cannot be written: {cause}", MAKE_ROOM)


class Task(NamedTuple):
    """The model to train: its name, parameters without auxiliary heads, input shape, classes."""

    network: str
    parameters: int
    shape: Shape
    classes: int


@dataclass(frozen=True, kw_only=True)
class Job:
    """A training run.

    Attributes:
        recipe: How the model is trained.
        data: The data set: a folder, or ``synthetic``.
        run: The folder for the log, checkpoints and weights.
        shape: Height, width and channels of the model's input.
        classes: The number of classes.
        network: The name of the model.
        parameters: The number of parameters without auxiliary heads, if known.
        resume: Whether to continue from the last checkpoint in ``run``, if there is one.
        device: The device to compute on.
        workers: Processes that load and augment examples; with 0 the training process does.
        log_every: Steps between lines of the log.
        checkpoint_every: Steps between checkpoints; None writes one per epoch.
        strict: Whether a corrupt image ends the training.
        parallel: Whether each process holds a replica of the model or a shard of each parameter.
        compile: Whether the framework compiles the model first.
        evaluated: A callback after each evaluation, which may plot the log.
    """

    recipe: Recipe
    data: str
    run: Path
    shape: Shape
    classes: int
    network: str = "model"
    parameters: int | None = None
    resume: bool = False
    device: Literal["auto", "cpu", "cuda"] = "auto"
    workers: int = 0
    log_every: int = 50
    checkpoint_every: int | None = None
    strict: bool = False
    parallel: Literal["copies", "shards"] = "copies"
    compile: bool = False
    evaluated: Callable[[], object] | None = None
