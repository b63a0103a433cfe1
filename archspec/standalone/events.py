"""The log of a training as TensorBoard event files, if TensorBoard is installed."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

FOLDER = "tensorboard"
_NUMBERS = ("loss", "top1", "top5", "rate", "images_per_second")


class Events(Protocol):
    """A destination for the values of a log."""

    def add(self, values: Mapping[str, Any]) -> None:
        """Record the values of a step."""


def events(run: Path, step: int) -> Events:
    """Open the events of a training that continues after ``step``; without TensorBoard, discard."""
    try:
        return Written(run / FOLDER, step)
    except ImportError:
        return Unwritten()


class Unwritten:
    """Events that are discarded."""

    def add(self, values: Mapping[str, Any]) -> None:
        """Discard them."""


class Written:
    """A new event file, written in TensorBoard's record format without TensorFlow."""

    def __init__(self, folder: Path, step: int) -> None:
        """Open a file; TensorBoard purges the events of earlier files after ``step``."""
        from tensorboard.compat.proto import event_pb2, summary_pb2
        from tensorboard.summary.writer.record_writer import RecordWriter

        self._records, self._event, self._summary = RecordWriter, event_pb2, summary_pb2
        folder.mkdir(exist_ok=True)
        self._file = folder / f"events.out.tfevents.{time.time():.6f}.{platform.node()}"
        self._write(file_version="brain.Event:2")
        if step:
            start = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
            self._write(step=step + 1, session_log=start)

    def add(self, values: Mapping[str, Any]) -> None:
        """Write the numbers of a step."""
        found = [
            self._summary.Summary.Value(tag=tag, simple_value=value)
            for tag, value in scalars(values)
        ]
        if found:
            self._write(step=values["step"], summary=self._summary.Summary(value=found))

    def _write(self, **content: Any) -> None:
        event = self._event.Event(wall_time=time.time(), **content)
        with self._file.open("ab") as stream:
            self._records(stream).write(event.SerializeToString())


def scalars(values: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the numbers of a log line by tag; TensorBoard groups tags by their prefix."""
    split, told = ("test", values["test"]) if "test" in values else ("train", values)
    for name in _NUMBERS:
        if name in told:
            yield f"{split}/{name}", told[name]
