"""What an import and the process that does it tell each other: files in a folder, and stages."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from archspec.diagnostic import Diagnostic

ORDER, ANSWER = "order.json", "answer.json"
SPEC, WEIGHTS, REPORT = "spec.yaml", "weights.safetensors", "import.json"
MISSING = "missing.json"
STAGES = 3
"""The file descriptor on which the process tells what it begins."""


def keep_stages() -> None:
    """Move standard output to ``STAGES``, and let what the user's code prints go to errors."""
    os.dup2(1, STAGES)
    os.dup2(2, 1)


def answer(folder: Path, wrong: Iterable[Diagnostic]) -> None:
    """Write what was wrong; nothing if all went well."""
    told = [{"code": each.code, "message": each.message, "help": each.help} for each in wrong]
    (folder / ANSWER).write_text(json.dumps(told), "utf-8")


def answered(folder: Path) -> tuple[Diagnostic, ...] | None:
    """Read what was wrong; None if the process ended before it could tell."""
    file = folder / ANSWER
    if not file.exists():
        return None
    return tuple(Diagnostic(**each) for each in json.loads(file.read_text("utf-8")))
