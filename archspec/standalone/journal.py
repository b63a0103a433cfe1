"""The log of a training.

``log.jsonl`` says what was computed and is the same whenever the training is; ``times.jsonl`` says
what the clock did.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LOG, TIMES = "log.jsonl", "times.jsonl"


class Journal:
    """Two files of JSON lines, which a resumed training goes on with where its checkpoint was."""

    def __init__(self, run: Path, length: int) -> None:
        """Open the log of a run and forget what stands behind its first ``length`` bytes."""
        self._log = run / LOG
        self._times = run / TIMES
        self._log.touch()
        with self._log.open("rb+") as stream:
            stream.truncate(length)

    @property
    def length(self) -> int:
        """The bytes of the log."""
        return self._log.stat().st_size

    def say(self, **values: Any) -> None:
        """Add what was computed."""
        _append(self._log, values)

    def say_times(self, **values: Any) -> None:
        """Add what the clock says."""
        _append(self._times, values)


class Silence(Journal):
    """The journal of a process that leaves the writing to another."""

    def __init__(self) -> None:
        """Open nothing."""

    @property
    def length(self) -> int:
        """No bytes."""
        return 0

    def say(self, **values: Any) -> None:
        """Write nothing."""

    def say_times(self, **values: Any) -> None:
        """Write nothing."""


def _append(file: Path, values: dict[str, Any]) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(values) + "\n")
