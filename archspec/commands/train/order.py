"""What a training is asked for on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple


class TrainingOrder(NamedTuple):
    """The request: the recipe, the data, the output folder and the resources."""

    recipe: str
    changes: Mapping[str, str]
    data: str
    output: Path
    backend: str
    weights: Path | None
    resume: bool
    emit: bool
    device: Literal["auto", "cpu", "cuda"]
    workers: int
    log_every: int
    checkpoint_every: int | None
    strict: bool
    parallel: Literal["copies", "shards"]
    compile: bool
    on: Literal["ray"] | None
    processes: int
