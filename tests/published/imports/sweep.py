"""Import published models one by one, each in a process of its own, and keep what came of it.

``python -m tests.published.imports.sweep RESULTS [PATTERN ...]`` appends a line of JSON for each
model that RESULTS has not imported yet, the smallest models of each family first.
"""

from __future__ import annotations

import fnmatch
import multiprocessing
import sys
import traceback
import warnings
from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path

import torch

from tests.published.imports.record import recorded
from tests.published.imports.results import Row, add, folder, is_imported, read
from tests.published.imports.sources import Published, ordered, published

LIMIT = 300
"""Seconds for one model."""


def main(results: Path, patterns: Iterable[str]) -> None:
    """Import all models that match and are not in the results yet."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.export.export(torch.nn.ReLU(), (torch.zeros(1),), strict=False)  # what all need once
    done = {each["model"] for each in read(results) if is_imported(each)}
    left = [each for each in chosen(tuple(patterns)) if each.key not in done]
    for model in ordered(left):
        row = {"model": model.key, "family": model.family, **apart(model, results)}
        add(results, row)
        sys.stdout.write(f"{told(row)}\n")
        sys.stdout.flush()


def told(row: Row) -> str:
    """Tell in a line what came of a model."""
    wrong = row.get("refused") or row.get("failed")
    said = wrong or f"{row['lines']} lines, {row['difference']:.1e}"
    return f"{row.get('seconds', LIMIT):5} s {row['model']}: {said}"


def chosen(patterns: tuple[str, ...]) -> list[Published]:
    """List the models that match a pattern; all if there is none."""
    every = published()
    wanted = patterns or ("*",)
    return [each for each in every if any(fnmatch.fnmatch(each.key, one) for one in wanted)]


def apart(model: Published, results: Path) -> Row:
    """Import a model in a process of its own."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_send, args=(theirs, model, folder(results)))
    process.start()
    theirs.close()
    try:
        found: Row = ours.recv() if ours.poll(LIMIT) else {"failed": f"it took more than {LIMIT} s"}
    except EOFError:
        found = {"failed": "the process ended"}
    process.kill()
    process.join()
    return found


def _send(answer: Connection, model: Published, folder: Path) -> None:
    try:
        answer.send(recorded(model, folder))
    except Exception as error:  # noqa: BLE001 - others' models may raise anything
        traceback.print_exc()
        answer.send({"failed": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
