"""The number of threads, for frameworks that read it when they start and never again."""

from __future__ import annotations

import os

_READ_AT_START = ("TF_NUM_INTRAOP_THREADS",)


def announce(threads: int) -> None:
    """Set the number of threads of frameworks that this process has not started yet."""
    os.environ.update(dict.fromkeys(_READ_AT_START, str(threads)))
