"""Running a side in a child process, so that frameworks do not interfere.

TensorFlow allocates all memory of a GPU, and versions of CUDA may differ. Source, weights and
inputs are passed as files, and so are the values that come back.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from archspec.backend import Backend, Ran
from archspec.diagnostic import Diagnostic, SpecError
from archspec.verification import files
from archspec.verification.side import Side, Trial, paths, side

WHOLE = {"NVIDIA_TF32_OVERRIDE": "0"}
"""Disables TF32 on GPUs, whose 10-bit mantissa would make most values differ."""


def run(backend: Backend, trial: Trial) -> Side:
    """Build and run a model in a child process; raise ``SpecError``."""
    source = backend.emit(trial.graph)
    try:
        with TemporaryDirectory(prefix="archspec-verify-") as name:
            folder = Path(name)
            (folder / files.SOURCE).write_text(source, "utf-8")
            _write(folder, backend, trial)
            version = _ask(backend, folder)
            return side(backend.name, version, trial.graph, _ran(folder))
    except OSError as error:
        raise SpecError((_unwritten(error),)) from None


def _write(folder: Path, backend: Backend, trial: Trial) -> None:
    graph = trial.graph
    files.write_arrays(folder / files.WEIGHTS, trial.tensors)
    files.write_arrays(folder / files.INPUTS, trial.inputs)
    told = files.Task(backend.name, graph.name, tuple(graph.inputs), trial.device, paths(graph))
    told.write(folder)


def _ask(backend: Backend, folder: Path) -> str:
    """Run the child process; return the version of its framework."""
    path = os.pathsep.join(each or os.curdir for each in sys.path)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "archspec.verification.child", str(folder)],
        env={**WHOLE, **os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode or not (folder / files.ANSWER).exists():
        raise SpecError((_ended(backend, done.returncode, done.stderr),))
    version, wrong = files.answered(folder)
    if wrong:
        raise SpecError(wrong)
    return version


def _ended(backend: Backend, status: int, told: str) -> Diagnostic:
    last = (told.strip().splitlines() or ["it said nothing"])[-1]
    return Diagnostic(
        "backend/process",
        f"the process that ran {backend.framework} ended with status {status}: {last}",
        help="the memory may have been too small; try a smaller --input, or --device cpu",
    )


def _unwritten(error: OSError) -> Diagnostic:
    return Diagnostic(
        "backend/process",
        f"what a process of its own is given cannot be written: {error.strerror or error}",
        help="set TMPDIR to a folder with room for the weights and all values inside the network",
    )


def _ran(folder: Path) -> Ran:
    outputs = files.read_arrays(folder / files.OUTPUTS)
    places = sorted(outputs, key=lambda key: int(key.partition(files.PLACED)[0]))
    named = {key.partition(files.PLACED)[2]: outputs[key] for key in places}
    return Ran(named, 0.0, files.read_arrays(folder / files.TAPS))
