"""Tell anew how long the specs of published models are, without comparing outputs again.

``python -m tests.published.imports.reraised RESULTS [PATTERN ...]`` translates and raises models
that RESULTS has imported, and appends their rows with the lines and modules that they have now.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from pathlib import Path

import torch

from archspec.importing.importing import spec_of
from archspec.importing.order import Order
from archspec_torch.importing.exported import network
from tests.published.imports.results import Row, add, is_imported, read, spec_fields
from tests.published.imports.sources import Published, ordered
from tests.published.imports.sweep import chosen


def main(results: Path, patterns: Iterable[str]) -> None:
    """Raise all models that match and were imported, the smallest of each family first."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    rows = {row["model"]: row for row in read(results) if is_imported(row)}
    for model in ordered([each for each in chosen(tuple(patterns)) if each.key in rows]):
        before = rows[model.key]
        row = {**before, **_fields(model, before)}
        add(results, row)
        sys.stdout.write(f"{model.key}: {before['lines']} lines before, {row['lines']} now\n")
        sys.stdout.flush()


def _fields(model: Published, row: Row) -> Row:
    """Return what a row tells of a spec; raise ``ValueError`` where it is of another network."""
    height, width = row["size"]
    sizes = {"": (height, width, 3)}
    order = Order(model.name, sizes, {}, model.name, verify=False)
    found = spec_fields(spec_of(network(model.make().eval(), sizes, model.name), order))
    if any(found[each] != row[each] for each in ("parameters", "macs")):
        raise ValueError(f"{model.key} has other totals: compare it again")
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
