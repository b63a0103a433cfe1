"""Which of the processes that train together this one is."""

from __future__ import annotations

import json
import os

from archspec.standalone.job import TrainingError

_TF_CONFIG = (
    '{"cluster": {"worker": ["one:2222", "two:2222"]}, "task": {"type": "worker", "index": 0}}'
)


def is_first() -> bool:
    """Whether this process writes output: rank 0, or the only one.

    torchrun sets RANK; TF_CONFIG describes the cluster and this task. Raise ``TrainingError``.
    """
    if "TF_CONFIG" not in os.environ:
        return os.environ.get("RANK", "0") == "0"
    try:
        told = json.loads(os.environ["TF_CONFIG"])
        first = "chief" if "chief" in told["cluster"] else "worker"
        return told["task"]["type"] == first and int(told["task"]["index"]) == 0
    except (KeyError, TypeError, ValueError):
        message = "TF_CONFIG does not describe a cluster of workers and the task of this process"
        raise TrainingError(message, f"set it to {_TF_CONFIG}") from None
