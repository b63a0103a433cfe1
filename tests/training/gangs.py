"""Processes that train together while something goes wrong in one: a program of its own.

``python gangs.py FOLDER`` trains the network of FOLDER/model.py again and again, with one mishap
each time. FOLDER/NAME is the run, FOLDER/NAME.RANK.txt what a process said, FOLDER/NAME.json how
the processes ended, in a line for each time. They are copies of this one, so that nothing is
imported twice.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from archspec.emission.live import execute
from archspec.standalone.command_line import main
from archspec.standalone.job import Task
from archspec.standalone.recipe import SGD, Recipe
from archspec_torch.standalone import loop
from tests.training.copies import do_without, free_port, joining

RECIPE = Recipe(
    name="gang", optimizer=SGD(rate=0.05), batch=24, epochs=2, averaging=0.5, synchronized=True
)
OPTIONS = ("--data", "synthetic:96", "--log-every", "3", "--checkpoint-every", "2")
"""Eight steps in two epochs, with checkpoints between the lines of the log."""
Mishap = Callable[[nn.Module], None]


class Gang:
    """Trainings by the program that is emitted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = execute((folder / "model.py").read_text(), "tiny")

    def train(self, name: str, *mishaps: Mishap | None, **options: Any) -> None:
        """Train with as many processes as there are mishaps, None where nothing happens."""
        world = len(mishaps)
        rendezvous = {"MASTER_ADDR": "localhost", "MASTER_PORT": free_port(), "WORLD_SIZE": world}
        children = []
        for rank, mishap in enumerate(mishaps):
            os.environ.update(joining(rank, rendezvous))
            children.append(self.started(name, rank, mishap, **options))
        ended = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in children]
        with (self.folder / f"{name}.json").open("a") as stream:
            stream.write(json.dumps(ended) + "\n")

    def started(
        self, name: str, rank: int, mishap: Mishap | None, recipe: Recipe = RECIPE, more: str = ""
    ) -> int:
        """Start to train in a copy of this process."""
        child = os.fork()
        if child:
            return child
        said = os.open(self.folder / f"{name}.{rank}.txt", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        os.dup2(said, 1)
        os.dup2(said, 2)
        sys.argv = self.line(name, more)
        os._exit(self.status(mishap, recipe))

    def line(self, name: str, more: str) -> list[str]:
        """Write the command line of a program that trains into a run."""
        weights = str(self.folder / "weights.safetensors")
        run = str(self.folder / name)
        return ["train.py", *OPTIONS, "-o", run, "--weights", weights, *more.split()]

    def status(self, mishap: Mishap | None, recipe: Recipe) -> int:
        """Run the program to its end, and say what the interpreter would; return its status."""

        def build(weights: str) -> Any:
            model = self.model.build(weights)
            if mishap:
                mishap(model)
            return model

        try:
            main(loop.train, build, self.model.save, recipe, Task("tiny", 0, (12, 12, 1), 10))
        except SystemExit as error:
            if isinstance(error.code, str):
                sys.stderr.write(error.code)
            return error.code if isinstance(error.code, int) else 1
        except BaseException:  # noqa: BLE001  # of a process, which ends
            traceback.print_exc()
            return 1
        return 0


def at_step(number: int, happen: Callable[[Any], Any], module: str = "") -> Mishap:
    """Let something happen to the output of a module in a step and those behind it."""

    def plant(model: nn.Module) -> None:
        steps: list[None] = []

        def count(running: nn.Module, given: Any, output: Any) -> Any:
            steps.extend([None] * running.training)
            return happen(output) if running.training and len(steps) >= number else None

        model.get_submodule(module).register_forward_hook(count)

    return plant


def sending(number: signal.Signals) -> Callable[[Any], None]:
    return lambda _: os.kill(os.getpid(), number)


def fail(_: Any) -> None:
    raise ArithmeticError("planted")


def fill_disk(_: Any) -> None:
    """Let no file become larger than the texts of a program, but not as large as a checkpoint."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, resource.RLIM_INFINITY))


def overflow(output: Any) -> Any:
    return output * float("inf")


KILL = at_step(5, sending(signal.SIGKILL))


def run(folder: Path) -> None:
    """Train with all mishaps, hearing interrupts even where a background job would not."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gang = Gang(folder)
    gang.train("one", None)
    gang.train("whole", None, None)
    gang.train("whole_shards", None, None, more="--parallel shards")
    gang.train("fewer", None, KILL, None)
    gang.train("fewer", None, None, more="--resume")
    gang.train("killed", KILL, None, more="--parallel shards")
    gang.train("interrupted", at_step(5, sending(signal.SIGINT)))
    gang.train("terminated", at_step(5, sending(signal.SIGTERM)), None)
    gang.train("raised", None, at_step(5, fail))
    gang.train("full", at_step(5, fill_disk), None)
    gang.train("full", None, None, more="--resume")
    gang.train("overflown", None, at_step(5, overflow, "logits"))
    gang.train("overflown_shards", None, at_step(5, overflow, "last"), more="--parallel shards")
    gang.train("odd", None, None, recipe=replace(RECIPE, batch=25))
    gang.train("interrupted", None, more="--resume")


if __name__ == "__main__":
    do_without()
    torch.set_num_threads(1)
    run(Path(sys.argv[1]))
