"""The backend, with which rules register."""

from __future__ import annotations

from archspec.backend import Backend, Runtime
from archspec_tensorflow.silence import silence
from archspec_tensorflow.source import write


def start() -> Runtime:
    """Import Keras and TensorFlow."""
    with silence():
        from archspec_tensorflow import runtime

    return runtime.KerasRuntime()


backend = Backend(
    "tensorflow",
    "TensorFlow",
    "tensorflow",
    write,
    start,
    trainer="archspec_tensorflow.standalone",
    importer="archspec_tensorflow.importing.live",
    library="keras",
    silence=silence,
    files={".keras": "archspec_tensorflow.importing.archive"},
    targets=("tensorflow", "openvino"),
)
