"""Sharing tests between two processes, one of which runs TensorFlow and the other PyTorch."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

TENSORFLOW = (
    "tests/backends/tensorflow/",
    "tests/backends/test_saving.py",
    "tests/conformance/",
    "tests/evaluation/test_backends.py",
    "tests/published/test_keras.py",
    "tests/training/test_both_frameworks.py",
    "tests/training/test_training_with_tensorflow.py",
    "tests/verify/",
)
"""Where the tests are that run TensorFlow, whether PyTorch is run beside it or not."""


class ByFramework(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives whole files out; the first process is given TensorFlow's as long as there are some."""

    def _assign_work_unit(self, node: WorkerController) -> None:
        """Give a process the next file of its own kind, or else of the other."""
        runs_tensorflow = node is self.nodes[0]
        own = (file for file in self.workqueue if file.startswith(TENSORFLOW) == runs_tensorflow)
        file = next(own, None)
        if file is not None:
            self.workqueue.move_to_end(file, last=False)
        super()._assign_work_unit(node)
