"""Checkpoints: the complete state of a training, written atomically.

A checkpoint is a folder named after its step, with arrays in safetensors and plain values in JSON;
reading it executes nothing. It is written under a temporary name and renamed once its files are on
the disk, so a folder with its final name is complete.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from archspec.standalone.job import MAKE_ROOM, TrainingError

ARRAYS, VALUES = "state.safetensors", "state.json"
KEPT = 2
_DRAFT = ".draft"


class Checkpoint(NamedTuple):
    """The state of a training: arrays by name, and values that JSON can represent."""

    arrays: Mapping[str, Any]
    values: Mapping[str, Any]


def write(folder: Path, step: int, checkpoint: Checkpoint) -> None:
    """Write the checkpoint of a step, of which the last ``KEPT`` stay; raise ``TrainingError``."""
    draft = folder / _DRAFT
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        _write(draft, checkpoint)
        draft.rename(_place(folder, step))
        _reach_disk(folder)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise _unwritable(folder, step, error) from None
    for each in written(folder)[:-KEPT]:
        shutil.rmtree(_place(folder, each), ignore_errors=True)


def read(folder: Path, step: int) -> Checkpoint:
    """Read the checkpoint of a step; raise ``TrainingError``."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    place = _place(folder, step)
    try:
        values = json.loads((place / VALUES).read_text("utf-8"))
        return Checkpoint(load_file(place / ARRAYS), values)
    except (OSError, ValueError, KeyError, RecursionError, SafetensorError) as error:
        message = f"the checkpoint {place} cannot be read: {error}"
        raise TrainingError(message, "remove its folder to go on from the one before") from None


def written(folder: Path) -> list[int]:
    """List the steps that have a checkpoint, in ascending order."""
    if not folder.is_dir():
        return []
    return sorted(int(each.name) for each in folder.iterdir() if each.name.isdecimal())


def _write(draft: Path, checkpoint: Checkpoint) -> None:
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    try:
        save_file(dict(checkpoint.arrays), draft / ARRAYS)
    except SafetensorError as error:
        raise OSError(str(error)) from None
    (draft / VALUES).write_text(json.dumps(checkpoint.values), "utf-8")
    for each in (draft / ARRAYS, draft / VALUES, draft):
        _reach_disk(each)


def _reach_disk(place: Path) -> None:
    """Flush a file or the entries of a folder to the disk."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _place(folder: Path, step: int) -> Path:
    return folder / f"{step:08d}"


def _unwritable(folder: Path, step: int, error: OSError) -> TrainingError:
    left = written(folder)
    kept = f"; the one of step {left[-1]:,} is whole" if left else ""
    return TrainingError(
        f"the checkpoint of step {step:,} cannot be written to {folder}:"
        f" {error.strerror or error}{kept}",
        MAKE_ROOM,
    )
