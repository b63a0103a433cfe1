"""The process group: a single process, or those that torchrun started."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, distributed, nn
from torch.distributed import PrefixStore  # type: ignore[attr-defined]  # not in its __all__
from torch.distributed.rendezvous import rendezvous

from archspec.standalone.job import TrainingError, another_is_gone


@dataclass(frozen=True)
class Processes:
    """The process group of a training."""

    device: torch.device
    rank: int = 0
    world: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this is rank 0, which writes files and messages."""
        return self.rank == 0

    @property
    def device_name(self) -> str:
        """The name of the device: ``cpu``, or that of the GPU."""
        is_gpu = self.device.type == "cuda"
        return torch.cuda.get_device_name(self.device) if is_gpu else self.device.type

    @property
    def are_several(self) -> bool:
        """Whether there is more than one process."""
        return self.world > 1

    def total(self, values: Tensor) -> Tensor:
        """All-reduce values over the processes by their sum."""
        if self.are_several:
            distributed.all_reduce(values)
        return values

    def most(self, count: int) -> int:
        """All-reduce a count over the processes by its maximum."""
        if not self.are_several:
            return count
        counts = torch.tensor(int(count), device=self.device)
        distributed.all_reduce(counts, distributed.ReduceOp.MAX)
        return int(counts)

    def gathered(self, value: Tensor) -> list[Tensor]:
        """All-gather values of the same shape from the processes."""
        if not self.are_several:
            return [value]
        several = [torch.empty_like(value) for _ in range(self.world)]
        distributed.all_gather(several, value)
        return several

    def share_statistics(self, module: nn.Module) -> None:
        """Broadcast the running statistics of rank 0.

        Each gathers its own from its share of the batches, unless they are synchronized.
        """
        if self.are_several:
            for statistic in module.buffers():
                distributed.broadcast(statistic, 0)


@contextmanager
def processes(wanted: Literal["auto", "cpu", "cuda"]) -> Iterator[Processes]:
    """Join the process group that torchrun started, if any, and leave it at the end.

    Whoever has joined them before stays with them. Raises ``TrainingError`` where one of them is
    gone.
    """
    if "RANK" not in os.environ:
        yield Processes(_device(wanted, 0))
        return
    device = _device(wanted, int(os.environ["LOCAL_RANK"]))
    if device.type == "cuda":
        torch.cuda.set_device(device)
    joins = not distributed.is_initialized()
    try:
        if joins:
            _join("nccl" if device.type == "cuda" else "gloo")
        yield Processes(device, distributed.get_rank(), distributed.get_world_size())
    except RuntimeError as error:
        if isinstance(error, distributed.DistError) or "gloo" in str(error):
            rank, world = (int(os.environ[name]) for name in ("RANK", "WORLD_SIZE"))
            raise another_is_gone(rank, world) from None
        raise
    if joins:  # leaving politely would mean to wait for those that may be gone
        gc.collect()  # DDP is part of reference cycles; outliving its connection, it would close it
        distributed.destroy_process_group()


def _join(backend: str) -> None:
    """Join the others under a name for each start, else addresses of those that died are found."""
    if os.environ.get("GROUP_WORLD_SIZE") != "1":  # machines may count their starts differently
        distributed.init_process_group(backend)
        return
    met, rank, world = next(rendezvous("env://"))
    name = os.environ["TORCHELASTIC_RESTART_COUNT"]
    store = PrefixStore(f"start {name}", met)
    distributed.init_process_group(backend, store=store, rank=rank, world_size=world)


def _device(wanted: str, local_rank: int) -> torch.device:
    available = torch.cuda.is_available()
    if wanted == "cuda" and not available:
        raise TrainingError(
            "torch finds no CUDA device", "use --device cpu, or install a torch with CUDA"
        )
    if wanted == "cpu" or not available:
        return torch.device("cpu")
    return torch.device("cuda", local_rank)
