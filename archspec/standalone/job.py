"""What a training loop is asked to do, and what may go wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from archspec.standalone.recipe import Recipe

Shape = tuple[int, int, int]
"""Height, width and channels."""


class TrainingError(Exception):
    """Training cannot start or go on: a sentence that says why, and one that says what to do."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


def another_is_gone(rank: int, world: int) -> TrainingError:
    """Say in a process that one of those it trains with does not answer any more."""
    return TrainingError(
        f"process {rank} of {world} waits for another that is gone",
        "see what that one said, and start all of them with --resume",
    )


class Task(NamedTuple):
    """What learns: a network's name, its parameters without auxiliary heads, shape and classes."""

    network: str
    parameters: int
    shape: Shape
    classes: int


@dataclass(frozen=True, kw_only=True)
class Job:
    """One training.

    Attributes:
        recipe: How the model is trained.
        data: Where the examples are: a folder, or ``synthetic``.
        run: The folder that the log, checkpoints and weights are written to.
        shape: Height, width and channels of the model's input.
        classes: How many classes the model tells apart.
        network: What the model is called.
        parameters: How many it has without auxiliary heads, where that is known.
        resume: Whether to go on from the last checkpoint in ``run``, if there is one.
        device: Where to compute.
        workers: Processes that read and augment examples; 0 reads in the training process.
        log_every: Steps between lines of the log.
        checkpoint_every: Steps between checkpoints; None writes one an epoch.
        strict: Whether a broken image ends the training.
        parallel: What each process has of the model: a copy, or a shard of every parameter.
        compile: Whether the framework compiles the model first.
        evaluated: What is called after each evaluation, to show what the log says.
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
