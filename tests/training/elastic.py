"""Trainings that lose a process, and are started again by torchrun: a program for it.

``python elastic.py FOLDER`` leaves the runs FOLDER/elastic and FOLDER/elastic_shards. At the first
start a process is killed in the one, at the second in the other.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import torch

from archspec_torch.standalone.processes import processes
from tests.training.gangs import KILL, RECIPE, Gang

START = int(os.environ["TORCHELASTIC_RESTART_COUNT"])


def main(folder: Path) -> None:
    """Train in copies, then in shards, as far as both are not done."""
    gang = Gang(folder)
    with processes("cpu") as together:
        for number, (run, way) in enumerate((("elastic", "copies"), ("elastic_shards", "shards"))):
            mishap = KILL if number == START and together.rank == 1 else None
            sys.argv = gang.line(run, f"--resume --parallel {way}")
            if status := gang.status(mishap, RECIPE):
                sys.exit(status)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Path(sys.argv[1]))
