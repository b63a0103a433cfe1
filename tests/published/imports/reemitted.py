"""Emit a spec of each family for TensorFlow, and compare it with the one for PyTorch.

``python -m tests.published.imports.reemitted RESULTS`` takes the smallest imported models of each
family of which none agrees yet.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.published.imports.results import Row, add, emitted, folder, is_imported, library, read

VERIFY = ("-m", "archspec.commands", "verify", "--isolate", "--backends", "torch,tensorflow")


TRIES = 3
"""How many models of a family are tried until one agrees: noise drowns in some deep networks."""


def main(results: Path) -> None:
    """Compare one spec of each family."""
    done = {(library(row), row["family"]) for row in read(emitted(results)) if row["agree"]}
    for family, rows in smallest(read(results)).items():
        if family not in done:
            _compare(results, rows)


def _compare(results: Path, rows: list[Row]) -> None:
    for row in rows[:TRIES]:
        model = {"model": row["model"], "family": row["family"]}
        found = compared(folder(results) / f"{named(row)}.yaml")
        add(emitted(results), {**model, **found})
        if found["agree"]:
            return


def smallest(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    """List the imported models of each family, those with the fewest multiplications first."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(filter(is_imported, rows), key=lambda row: int(row["macs"])):
        found.setdefault((library(row), row["family"]), []).append(row)
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
    if "answer" not in found:
        return {"agree": False, "error": done.stdout[:300]}
    return {"agree": found["answer"] == "agree", "difference": found["modules"][-1]["max_rel"]}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
