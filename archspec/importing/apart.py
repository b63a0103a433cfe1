"""Importing in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from archspec.diagnostic import Diagnostic, SpecError
from archspec.importing import files
from archspec.importing.importing import Tell
from archspec.importing.missing import MissingWord
from archspec.importing.order import Order


class Written(NamedTuple):
    """The files of an import, still where the process wrote them, and what its report says."""

    spec: Path
    weights: Path
    report: Path
    record: dict[str, Any]


def import_apart(order: Order, folder: Path, tell: Tell) -> Written:
    """Import into a folder; raise ``SpecError``."""
    _run(order, folder, tell)
    spec, weights, report = (folder / each for each in (files.SPEC, files.WEIGHTS, files.REPORT))
    return Written(spec, weights, report, json.loads(report.read_text("utf-8")))


def list_apart(order: Order, folder: Path, tell: Tell) -> list[MissingWord]:
    """List what has no word; raise ``SpecError``."""
    _run(order, folder, tell)
    found = json.loads((folder / files.MISSING).read_text("utf-8"))
    return [MissingWord(**{**each, "near": tuple(each["near"])}) for each in found]


def _run(order: Order, folder: Path, tell: Tell) -> None:
    """Do what is ordered in a process of its own; raise ``SpecError``.

    It computes in one thread, unless its user says otherwise: on a busy machine threads that wait
    for one another take ten times as long, and how many there are changes how sums are rounded.
    """
    order.write(folder / files.ORDER)
    path = os.pathsep.join(each or os.curdir for each in sys.path)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "archspec.importing.child", str(folder)],
        env={"OMP_NUM_THREADS": "1", **os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        for stage in process.stdout or ():
            tell(f"{stage.strip()} {order.source}")
    wrong = files.answered(folder)
    if wrong is None or wrong:
        raise SpecError(wrong or (_ended(order, process.returncode),))


def _ended(order: Order, status: int) -> Diagnostic:
    return Diagnostic(
        "import/process",
        f"{order.source}: the process that imported it ended with status {status}",
        help="what it printed last stands above; the memory may have been too small",
    )
