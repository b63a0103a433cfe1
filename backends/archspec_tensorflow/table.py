"""The backend itself, for rules to be entered into."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from archspec.backend import Backend, Runtime
from archspec_tensorflow.source import write

STANDARD_ERROR = 2


def start() -> Runtime:
    """Import Keras and TensorFlow."""
    with _without_greetings():
        from archspec_tensorflow import runtime

    return runtime.KerasRuntime()


@contextmanager
def _without_greetings() -> Iterator[None]:
    """Drop what TensorFlow's libraries print while they are loaded; no setting keeps them quiet."""
    kept = None
    with suppress(OSError):  # a process without standard error
        kept = os.dup(STANDARD_ERROR)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, STANDARD_ERROR)
        os.close(nowhere)
    try:
        yield
    finally:
        if kept is not None:
            os.dup2(kept, STANDARD_ERROR)
            os.close(kept)


backend = Backend("tensorflow", "TensorFlow", "tensorflow", write, start)
