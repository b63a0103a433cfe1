"""Communication with a child process: its task and its results, as files in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archspec.diagnostic import Diagnostic

SOURCE, TASK, ANSWER = "model.py", "task.json", "answer.json"
WEIGHTS, INPUTS = "weights.safetensors", "inputs.safetensors"
TAPS, OUTPUTS = "taps.safetensors", "outputs.safetensors"
PLACED = ":"
"""Separates the position of an output from its name, since files of tensors keep no order."""


@dataclass(frozen=True)
class Task:
    """A source to run: its backend and name, the inputs, the device, the paths to record."""

    backend: str
    name: str
    inputs: tuple[str, ...]
    device: str
    taps: tuple[str, ...]

    def write(self, folder: Path) -> None:
        """Write the task."""
        (folder / TASK).write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Task:
        """Read the task."""
        said = json.loads((folder / TASK).read_text("utf-8"))
        lists = {name: tuple(said[name]) for name in ("inputs", "taps")}
        return cls(**{**said, **lists})


def write_arrays(file: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays by name; raise ``OSError``."""
    from numpy import ascontiguousarray
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    try:
        save_file({name: ascontiguousarray(array) for name, array in arrays.items()}, file)
    except SafetensorError as error:
        raise OSError(str(error).rpartition("error: ")[2]) from None


def read_arrays(file: Path) -> dict[str, Any]:
    """Read arrays by name."""
    from safetensors.numpy import load_file

    return dict(load_file(file))


def answer(folder: Path, version: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
    """Write the version of the framework, or what was wrong."""
    wrong = [{"code": d.code, "message": d.message, "help": d.help} for d in diagnostics]
    (folder / ANSWER).write_text(json.dumps({"version": version, "wrong": wrong}), "utf-8")


def answered(folder: Path) -> tuple[str, tuple[Diagnostic, ...]]:
    """Read the version of the framework, and what was wrong; raise ``OSError`` for no answer."""
    said = json.loads((folder / ANSWER).read_text("utf-8"))
    return said["version"], tuple(Diagnostic(**each) for each in said["wrong"])
