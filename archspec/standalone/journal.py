"""The log of a training.

``log.jsonl`` holds the results, which are reproducible; ``times.jsonl`` holds timings and the
hardware. If TensorBoard is installed, its event files hold both.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archspec.standalone.events import Events, events
from archspec.standalone.job import TrainingError, unwritable

LOG, TIMES = "log.jsonl", "times.jsonl"


class Journal:
    """Two JSON Lines files, which a resumed training continues from its checkpoint."""

    def __init__(self, run: Path, length: int, step: int = 0) -> None:
        """Open the log of a run and truncate it to its first ``length`` bytes."""
        self._log = run / LOG
        self._times = run / TIMES
        self._log.touch()
        if length > self.length:
            raise TrainingError(
                f"{self._log} has {self.length:,} bytes, and had {length:,} at the last checkpoint",
                "put back what it was, or train into another folder",
            )
        with self._log.open("rb+") as stream:
            stream.truncate(length)
        self._events: Events = events(run, step)

    @property
    def length(self) -> int:
        """The length of the log in bytes, all of which are on the disk."""
        with self._log.open("rb") as stream:
            os.fsync(stream.fileno())
            return os.fstat(stream.fileno()).st_size

    def say(self, **values: Any) -> None:
        """Append reproducible values."""
        _append(self._log, values)
        self._events.add(values)

    def say_times(self, **values: Any) -> None:
        """Append timings."""
        _append(self._times, values)
        self._events.add(values)


class Silence(Journal):
    """The journal of a process that leaves logging to the first one."""

    def __init__(self) -> None:
        """Open nothing."""

    @property
    def length(self) -> int:
        """Zero: there is no log."""
        return 0

    def say(self, **values: Any) -> None:
        """Write nothing."""

    def say_times(self, **values: Any) -> None:
        """Write nothing."""


def read(file: Path) -> list[dict[str, Any]]:
    """Read the records of a log file, none if it does not exist; raise ``TrainingError``.

    An incomplete last line is ignored.
    """
    try:
        text = file.read_text("utf-8") if file.exists() else ""
        return list(_lines(text.splitlines(keepends=True)))
    except (OSError, ValueError, RecursionError) as error:
        raise TrainingError(f"{file} cannot be read as a log: {error}") from None


def _lines(lines: list[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if not line.endswith("\n"):
            return
        found = json.loads(line)
        if not isinstance(found, dict):
            raise ValueError(f"{line.strip()[:40]} is no record")  # noqa: TRY004  # of a file
        yield found


def _append(file: Path, values: dict[str, Any]) -> None:
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(values) + "\n")
    except OSError as error:
        raise unwritable(file, error.strerror) from None
