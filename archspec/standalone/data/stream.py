"""The order in which examples are seen, shuffled, shared out and read ahead by grain."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from archspec.standalone.data.augmentation import DRAWS
from archspec.standalone.data.examples import DataError, Draws, Examples, Numbers
from archspec.standalone.recipe import Recipe

_silence = logging.NullHandler()
logging.root.addHandler(_silence)  # grain warns where there is no JAX, which it does not need
import grain  # noqa: E402

logging.root.removeHandler(_silence)

THREADS = min(16, os.cpu_count() or 1)
"""Batches that are read at the same time; most of the work leaves Python to other threads."""
SHARED = 2**20
"""From how many bytes on arrays of a worker come through shared memory instead of a pipe."""


class Shard(NamedTuple):
    """One of several processes that share each batch."""

    rank: int = 0
    world: int = 1


ALONE = Shard()


class Planned(NamedTuple):
    """Which examples are to be read, N, and the numbers that vary them, N x DRAWS."""

    indices: Numbers
    draws: Draws


def training_order(examples: Examples, recipe: Recipe, shard: Shard) -> Any:
    """Lay out the parts of batches that a process reads, one after another.

    Part a of step k holds, over all processes together, ``batch / accumulate`` items of the
    shuffled stream from ``(k * accumulate + a) * batch / accumulate`` on; process r has every
    world-th of them from the r-th on. So neither what a step sees nor how it is varied depends on
    the number of processes. Each pass is shuffled anew, and the last batch is full.
    """
    size = _part(recipe, shard)
    stream = grain.MapDataset.range(len(examples)).seed(recipe.seed).shuffle().repeat()
    share = slice(shard.rank, recipe.batch * steps(examples, recipe), shard.world)
    return stream.random_map(_with_draws)[share].batch(size)


def evaluation_order(examples: Examples, batch: int, shard: Shard) -> Any:
    """Lay out the batches that a process evaluates: every world-th example from the rank-th on."""
    return grain.MapDataset.range(len(examples))[shard.rank :: shard.world].batch(batch)


def read_ahead(order: Any, read: Callable[[Any], Any], start: int, workers: int) -> Iterator[Any]:
    """Read what is laid out, from one place on, in the same order for any number of workers.

    Without workers threads read; each worker is a process with a thread of its own.
    """
    threads = 1 if workers else THREADS
    options = grain.ReadOptions(num_threads=threads, prefetch_buffer_size=threads + 1)
    reads = order.map(read)[start:].to_iter_dataset(options)
    if workers:
        shared = grain.experimental.DatasetOptions(min_shm_size=SHARED)
        reads = grain.experimental.WithOptionsIterDataset(reads, shared)
        workers = min(workers, len(order) - start)
        processes = grain.multiprocessing.MultiprocessingOptions(workers)
        reads = reads.mp_prefetch(processes, worker_init_fn=_serve)
    return iter(reads)


def _serve(number: int, count: int) -> None:
    """Leave interrupts to the process that is read for, and end when it ends, however it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def steps(examples: Examples, recipe: Recipe) -> int:
    """Count the steps of a training; the last batch may take examples of one more pass."""
    if not len(examples):
        raise DataError("there are no examples to train on")
    return max(1, -(-round(recipe.epochs * len(examples)) // recipe.batch))


def steps_per_epoch(examples: Examples, recipe: Recipe) -> float:
    """Count the steps in which each example is seen once; the last may be a part of a step."""
    return len(examples) / recipe.batch


def _part(recipe: Recipe, shard: Shard) -> int:
    """Count the examples of a part of a batch that one process reads."""
    size, rest = divmod(recipe.batch, shard.world * recipe.accumulate)
    if rest or not size:
        raise DataError(
            f"a batch of {recipe.batch} does not go into {recipe.accumulate} parts "
            f"on {shard.world} processes",
            "make batch a multiple of accumulate times the number of processes",
        )
    return size


def _with_draws(index: int, random: np.random.Generator) -> Planned:
    return Planned(np.array(index), random.random(DRAWS))
