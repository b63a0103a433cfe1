"""The backend, with which rules register."""

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
    """Discard standard error while TensorFlow is imported: no setting silences its libraries."""
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


backend = Backend(
    "tensorflow",
    "TensorFlow",
    "tensorflow",
    write,
    start,
    trainer="archspec_tensorflow.standalone",
    importer="archspec_tensorflow.importing.live",
    library="keras",
    files={".keras": "archspec_tensorflow.importing.archive"},
)
