"""The results of a sweep: a file of JSON lines, the last of which counts for a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import archspec
from archspec.importing.importing import ImportedSpec

Row = dict[str, Any]
DIFFERENT = "import/different"
"""The code of the proof's refusal."""


def read(file: Path) -> list[Row]:
    """Read the rows so far, one for each model, in the order in which models came first."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [*{row["model"]: row for row in map(json.loads, lines)}.values()]


def add(file: Path, row: Row) -> None:
    """Append a row."""
    with file.open("a", encoding="utf-8") as rows:
        rows.write(json.dumps(row) + "\n")


def spec_fields(found: ImportedSpec) -> Row:
    """Return what a row tells of a spec."""
    totals = archspec.count(found.graph)
    modules = {each.template.name for each in found.graph.scopes.values() if each.template}
    return {
        "lines": _lines(found),
        "modules": len(modules),
        "parameters": totals.parameters,
        "macs": totals.macs,
        "nodes": len(found.graph.nodes),
    }


def _lines(found: ImportedSpec) -> int:
    """Count the lines that the command writes, which tells a source; a live model has none."""
    return len(found.text.splitlines()) + (not found.graph.header.source)


def is_imported(row: Row) -> bool:
    """Whether a spec was written, after the proof that it computes what its model does."""
    return "lines" in row


def library(row: Row) -> str:
    """Return the library of a model."""
    return str(row["model"]).partition(":")[0]


def folder(file: Path) -> Path:
    """Return where the specs of a sweep lie."""
    return file.with_suffix("")


def emitted(file: Path) -> Path:
    """Return the file of what came of emitting specs for the other framework."""
    return file.with_suffix(".tensorflow.jsonl")
