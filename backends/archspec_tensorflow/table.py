"""The backend itself, for rules to be entered into."""

from __future__ import annotations

from archspec.backend import Backend, Runtime
from archspec_tensorflow.source import write


def start() -> Runtime:
    """Import Keras and TensorFlow."""
    from archspec_tensorflow import runtime

    return runtime.KerasRuntime()


backend = Backend("tensorflow", "TensorFlow", "tensorflow", write, start)
