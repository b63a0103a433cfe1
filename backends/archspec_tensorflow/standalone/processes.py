"""The process group: a single process, or the workers that TF_CONFIG names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

import keras
import numpy as np
import tensorflow
from tensorflow import Tensor, distribute

from archspec.standalone.data.stream import Shard
from archspec.standalone.job import TrainingError, another_is_gone

GONE = (
    tensorflow.errors.AbortedError,
    tensorflow.errors.CancelledError,
    tensorflow.errors.DeadlineExceededError,
    tensorflow.errors.UnavailableError,
)
"""The exceptions that TensorFlow raises in the remaining workers when one fails."""


@dataclass(frozen=True)
class Processes:
    """The process group of a training.

    Each holds all variables for itself; what moves them is exchanged, so that they stay the same.
    """

    strategy: distribute.Strategy
    rank: int = 0

    @property
    def shard(self) -> Shard:
        """The rank of this process and the world size."""
        return Shard(self.rank, self.strategy.num_replicas_in_sync)

    @property
    def device_name(self) -> str:
        """The name of the device: ``cpu``, or that of the GPU."""
        found = tensorflow.config.get_visible_devices("GPU")
        if not found:
            return "cpu"
        return str(tensorflow.config.experimental.get_device_details(found[0])["device_name"])

    def compiled(self, function: Callable[..., Any], *, fused: bool = False) -> Callable[..., Any]:
        """Compile a function, which may use collective operations, to a graph.

        ``fused`` lets XLA write kernels for it.
        """

        @tensorflow.function(jit_compile=fused, reduce_retracing=True)  # type: ignore[untyped-decorator]
        def run(*given: Any) -> Any:
            return self.strategy.run(function, given)

        return cast("Callable[..., Any]", run)

    def averaged(self, gradients: Sequence[Tensor]) -> Sequence[Tensor]:
        """Average gradients over all processes, inside a compiled function."""
        return gradients if self.shard.world == 1 else _reduced("MEAN", gradients)

    def of_first(self, values: Sequence[Tensor]) -> Sequence[Tensor]:
        """Broadcast the values of rank 0, inside a compiled function."""
        share = 1.0 if self.rank == 0 else 0.0
        return _reduced("SUM", [share * each for each in values])

    def any(self, is_so: bool) -> bool:
        """Whether something is so in any of the processes."""
        return bool(self.total(np.array([is_so], np.float64))[0])

    def total(self, values: Any) -> Any:
        """All-reduce an array over the processes by its sum."""
        return values if self.shard.world == 1 else self._sum(tensorflow.constant(values)).numpy()

    def gathered(self, values: Any) -> Any:
        """All-gather arrays of the same shape and stack them."""
        rows = tensorflow.constant(values[None])
        return rows.numpy() if self.shard.world == 1 else self._rows(rows).numpy()

    @cached_property
    def _sum(self) -> Callable[..., Any]:
        return self.compiled(lambda values: _reduced("SUM", [values])[0])

    @cached_property
    def _rows(self) -> Callable[..., Any]:
        return self.compiled(lambda rows: exchange().all_gather(tensorflow.identity(rows), 0))


def _reduced(how: str, values: Sequence[Tensor]) -> Sequence[Tensor]:
    """All-reduce values, copied first, as arguments of functions have no device."""
    placed = [tensorflow.identity(each) for each in values]
    return cast("Sequence[Tensor]", exchange().all_reduce(how, placed))


def exchange() -> distribute.ReplicaContext:
    """Return the replica context, which provides collective operations."""
    return distribute.get_replica_context()


@contextmanager
def processes(wanted: Literal["auto", "cpu", "cuda"]) -> Iterator[Processes]:
    """Join the workers that TF_CONFIG names, if any; raise ``TrainingError``.

    TensorFlow wants to know of the others, and of devices, before anything else is computed.
    """
    if keras.backend.backend() != "tensorflow":
        raise TrainingError(
            f"Keras runs on {keras.backend.backend()} in this process",
            "set KERAS_BACKEND=tensorflow",
        )
    _choose(wanted)
    if "TF_CONFIG" not in os.environ:
        yield Processes(distribute.get_strategy())
        return
    together = _joined()
    try:
        yield together
    except GONE:
        raise another_is_gone(*together.shard) from None


def _joined() -> Processes:
    try:
        strategy = distribute.MultiWorkerMirroredStrategy()
        number = Processes(strategy).compiled(lambda: exchange().replica_id_in_sync_group)
        return Processes(strategy, int(number()))
    except (tensorflow.errors.OpError, RuntimeError, ValueError) as error:
        raise TrainingError(
            f"the workers of TF_CONFIG do not come together: {str(error).partition(chr(10))[0]}",
            "see that each of them runs and can be reached at its address there",
        ) from None


def _choose(wanted: str) -> None:
    """Restrict TensorFlow to the CPU or to the first visible GPU."""
    found = tensorflow.config.list_physical_devices("GPU")
    if wanted == "cuda" and not found:
        raise TrainingError(
            "TensorFlow finds no CUDA device", "use --device cpu, or install a TensorFlow with CUDA"
        )
    if found:
        tensorflow.config.set_visible_devices([] if wanted == "cpu" else found[:1], "GPU")
