"""A training on Ray: the command line that was given, in processes that Ray places and joins."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from archspec.standalone.job import TrainingError

RETRIES = 3


def is_placed() -> bool:
    """Whether this is one of several processes that somebody started already."""
    return "RANK" in os.environ


def hand_over(processes: int, *, on_gpus: bool, resumes: bool) -> None:
    """Run this command line in processes on Ray, anew if one fails and it resumes.

    Raise ``TrainingError`` when they failed for good.
    """
    os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")
    import ray.train
    from ray.train.torch import TorchTrainer

    trainer = TorchTrainer(
        take_part,
        train_loop_config={"folder": str(Path.cwd()), "arguments": sys.argv[1:]},
        scaling_config=ray.train.ScalingConfig(num_workers=processes, use_gpu=on_gpus),
        run_config=ray.train.RunConfig(
            failure_config=ray.train.FailureConfig(max_failures=RETRIES if resumes else 0)
        ),
    )
    try:
        trainer.fit()
    except ray.train.TrainingFailedError:
        raise TrainingError(
            "a process that Ray started failed", "see what it said, and go on with --resume"
        ) from None


def take_part(given: dict[str, Any]) -> None:
    """Run a command line as one of the processes, in the folder it was given in."""
    from archspec.commands.main import command

    os.chdir(given["folder"])
    try:
        command(given["arguments"], prog_name="archspec")
    except SystemExit as left:
        if left.code:
            raise RuntimeError(f"archspec ended with status {left.code}") from None
