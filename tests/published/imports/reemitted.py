"""Emit a spec of each family for TensorFlow, and compare it with the one for PyTorch.

``python -m tests.published.imports.reemitted RESULTS`` takes the smallest imported model of each
family that has none compared yet.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.published.imports.results import Row, add, emitted, folder, is_imported, library, read

VERIFY = ("-m", "archspec.commands", "verify", "--isolate", "--backends", "torch,tensorflow")


def main(results: Path) -> None:
    """Compare one spec of each family."""
    done = {(library(row), row["family"]) for row in read(emitted(results)) if row["agree"]}
    for family, row in smallest(read(results)).items():
        if family not in done:
            model = {"model": row["model"], "family": row["family"]}
            add(emitted(results), {**model, **compared(folder(results) / f"{named(row)}.yaml")})


def smallest(rows: list[Row]) -> dict[tuple[str, str], Row]:
    """Find the imported model with the fewest multiplications of each family."""
    found: dict[tuple[str, str], Row] = {}
    for row in sorted(filter(is_imported, rows), key=lambda row: int(row["macs"])):
        found.setdefault((library(row), row["family"]), row)
    return found


def named(row: Row) -> str:
    """Return the name of the spec of a model."""
    return str(row["model"]).partition(":")[2].replace(".", "_")


def compared(spec: Path) -> Row:
    """Run both models on the same weights and images."""
    command = [sys.executable, *VERIFY, "--format", "json", str(spec)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout.startswith("{"):
        return {"agree": False, "error": (done.stderr or done.stdout)[-300:]}
    found = json.loads(done.stdout)
    return {"agree": found["answer"] == "agree", "difference": found["modules"][-1]["max_rel"]}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
