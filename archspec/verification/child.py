"""The child process: ``python -m archspec.verification.child FOLDER`` runs a task."""

from __future__ import annotations

import sys
from pathlib import Path

from archspec.backend import backend
from archspec.diagnostic import SpecError
from archspec.verification import files


def main(folder: Path) -> None:
    """Run the task in a folder, and write the results beside it."""
    try:
        version = run(folder, files.Task.read(folder))
    except SpecError as error:
        files.answer(folder, "", error.diagnostics)
    else:
        files.answer(folder, version)


def run(folder: Path, task: files.Task) -> str:
    """Fill and run a source; return the version of its framework."""
    found = backend(task.backend)
    runtime = found.runtime()
    device = runtime.device(task.device)
    given = files.read_arrays(folder / files.INPUTS)
    with found.attempt(f"run {task.name} on {device}"):
        model = runtime.model((folder / files.SOURCE).read_text("utf-8"), task.name)
        model = runtime.fill(model, files.read_arrays(folder / files.WEIGHTS))
        ran = runtime.run(model, {name: given[name] for name in task.inputs}, device, task.taps)
    files.write_arrays(folder / files.TAPS, ran.taps)
    outputs = {
        f"{place}{files.PLACED}{name}": array
        for place, (name, array) in enumerate(ran.outputs.items())
    }
    files.write_arrays(folder / files.OUTPUTS, outputs)
    return runtime.version


if __name__ == "__main__":
    main(Path(sys.argv[1]))
