"""A process of its own that imports: ``python -m archspec.importing.child FOLDER``.

The user's code runs here, so that it can end this process, print and start threads as it likes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from archspec.diagnostic import SpecError
from archspec.importing import files
from archspec.importing.importing import ImportedSpec, import_source, missing_of
from archspec.importing.order import Order
from archspec.importing.source import source_of
from archspec.weights.file import save


def main(folder: Path) -> None:
    """Import what a folder orders, and write the results, or what was wrong, beside the order."""
    order = Order.read(folder / files.ORDER)
    try:
        _do(order, folder)
    except SpecError as error:
        files.answer(folder, error.diagnostics)


def _do(order: Order, folder: Path) -> None:
    source = source_of(order)
    if order.list_missing:
        found = [each._asdict() for each in missing_of(order, source, _tell)]
        (folder / files.MISSING).write_text(json.dumps(found), "utf-8")
    else:
        _write(import_source(order, source, _tell), order, folder)
    files.answer(folder, ())


def _write(imported: ImportedSpec, order: Order, folder: Path) -> None:
    (folder / files.SPEC).write_text(imported.text, "utf-8")
    save(folder / files.WEIGHTS, imported.tensors, imported.graph)
    record = json.dumps(imported.record(order), indent=2) + "\n"
    (folder / files.REPORT).write_text(record, "utf-8")


def _tell(stage: str) -> None:
    os.write(files.STAGES, f"{stage}\n".encode())


if __name__ == "__main__":
    files.keep_stages()
    main(Path(sys.argv[1]))
