"""The order of examples: shuffled, sharded over processes and prefetched with grain."""

from __future__ import annotations

import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, ClassVar, NamedTuple

import numpy as np

from archspec.standalone.data.augmentation import DRAWS
from archspec.standalone.data.examples import DataError, Draws, Examples, Numbers
from archspec.standalone.recipe import Recipe

_silence = logging.NullHandler()
logging.root.addHandler(_silence)  # grain warns where there is no JAX, which it does not need
import grain  # noqa: E402

logging.root.removeHandler(_silence)

THREADS = min(16, os.cpu_count() or 1)
"""The number of batches read concurrently; most of the work releases the GIL."""


class Shard(NamedTuple):
    """One of several data-parallel processes: its rank, and the world size."""

    rank: int = 0
    world: int = 1


ALONE = Shard()


class Planned(NamedTuple):
    """The indices of examples to read, N, and their uniform numbers, N x DRAWS."""

    indices: Numbers
    draws: Draws


@dataclass(frozen=True)
class TrainingOrder:
    """The micro-batches that a process reads, in order, with random access.

    Micro-batch a of step k is, over all processes, the ``size`` examples of the shuffled stream
    from position ``(k * accumulate + a) * size``; rank r reads every world-th of them, from the
    r-th. Neither the examples of a step nor their augmentation depend on the number of processes.
    Each epoch is shuffled anew, and batches run across epochs, so that the last one is full.
    """

    examples: int
    seed: int
    parts: int
    size: int
    shard: Shard

    def __len__(self) -> int:
        return self.parts

    def __getitem__(self, part: int) -> Planned:
        start, (rank, world) = part * self.size, self.shard
        places = range(start + rank, start + self.size, world)
        indices = np.array([self._index(place) for place in places], np.int64)
        return Planned(indices, draws(self.seed, start, self.size)[rank::world])

    def _index(self, place: int) -> int:
        """Return the index of the example at a position in the stream."""
        epoch, inside = divmod(place, self.examples)
        last, seed = self.examples - 1, _seed_of_pass(self.seed, epoch)
        index: int = grain.experimental.index_shuffle(inside, max_index=last, seed=seed, rounds=4)
        return index


@cache
def _seed_of_pass(seed: int, epoch: int) -> int:
    return int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0])


def draws(seed: int, start: int, count: int) -> Draws:
    """Draw DRAWS uniform numbers for each of ``count`` positions in the stream, by random access.

    Philox counts blocks of four; source: Salmon et al., Parallel random numbers: as easy as
    1, 2, 3, 2011.
    """
    philox = np.random.Philox(key=seed, counter=start * DRAWS // 4)
    return np.random.Generator(philox).random((count, DRAWS))


def training_order(examples: Examples, recipe: Recipe, shard: Shard) -> Any:
    """Plan what a process reads; raise ``DataError`` if a batch cannot be divided evenly."""
    if recipe.batch % (shard.world * recipe.accumulate):
        raise DataError(
            f"a batch of {recipe.batch} does not go into {recipe.accumulate} parts "
            f"on {shard.world} processes",
            "make batch a multiple of accumulate times the number of processes",
        )
    parts = steps(examples, recipe) * recipe.accumulate
    size = recipe.batch // recipe.accumulate
    order = TrainingOrder(len(examples), recipe.seed, parts, size, shard)
    return grain.MapDataset.source(order)


def evaluation_order(examples: Examples, batch: int, shard: Shard) -> Any:
    """Plan the batches that a process evaluates: every world-th example from the rank-th."""
    return grain.MapDataset.range(len(examples))[shard.rank :: shard.world].batch(batch)


def read_ahead(order: Any, read: Callable[[Any], Any], start: int, workers: int) -> Iterator[Any]:
    """Prefetch what is planned, from ``start``, in the same order for any number of workers.

    Without workers, which are processes, threads read. Close the iterator to end either.
    """
    reads = order.map(read)
    if workers:
        return _read_by_processes(reads, start, workers)
    options = grain.ReadOptions(num_threads=THREADS, prefetch_buffer_size=THREADS + 1)
    return iter(reads[start:].to_iter_dataset(options))


def _read_by_processes(reads: Any, start: int, workers: int) -> Iterator[Any]:
    """Prefetch one batch more than there are workers.

    grain's own processes say what is wrong with JAX each, which is not there, and hand over
    memory that nobody frees where a program ends at once.
    """
    places = iter(range(start, len(reads)))
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _Worker.begin, (reads,))
    try:
        ahead = deque(pool.submit(_Worker.read, place) for place in islice(places, workers + 1))
        while ahead:
            yield ahead.popleft().result()
            ahead.extend(pool.submit(_Worker.read, place) for place in islice(places, 1))
    finally:
        pool.shutdown(cancel_futures=True)


class _Worker:
    """The state of a worker process that reads batches."""

    reads: ClassVar[Any] = None

    @classmethod
    def begin(cls, reads: Any) -> None:
        """Leave interrupts to the parent process, and exit when it exits for any reason."""
        cls.reads = reads
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        Thread(target=cls._end_with_parent, daemon=True).start()

    @classmethod
    def read(cls, place: int) -> Any:
        return cls.reads[place]

    @staticmethod
    def _end_with_parent() -> None:
        if parent := parent_process():
            parent.join()
            os._exit(1)


def steps(examples: Examples, recipe: Recipe) -> int:
    """Return the number of steps of a training; the last batch may begin another epoch."""
    if not len(examples):
        raise DataError("there are no examples to train on")
    return max(1, -(-round(recipe.epochs * len(examples)) // recipe.batch))


def steps_per_epoch(examples: Examples, recipe: Recipe) -> float:
    """Return the number of steps per epoch, which may have a fraction."""
    return len(examples) / recipe.batch
