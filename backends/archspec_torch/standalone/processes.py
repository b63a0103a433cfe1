"""The processes that train together: one alone, or those that torchrun started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from archspec.standalone.job import TrainingError


@dataclass(frozen=True)
class Processes:
    """What a process knows of those it trains with."""

    device: torch.device
    rank: int = 0
    world: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this is the process that writes and speaks."""
        return self.rank == 0

    def wrap(self, model: nn.Module) -> nn.Module:
        """Let a model's gradients be averaged over all processes."""
        if self.world == 1:
            return model
        local = [self.device.index] if self.device.type == "cuda" else None
        return DistributedDataParallel(model, device_ids=local)

    def total(self, values: Tensor) -> Tensor:
        """Add values up over all processes."""
        if self.world > 1:
            distributed.all_reduce(values)
        return values

    def gathered(self, value: Tensor) -> list[Tensor]:
        """List the values of all processes, which have one shape."""
        if self.world == 1:
            return [value]
        several = [torch.empty_like(value) for _ in range(self.world)]
        distributed.all_gather(several, value)
        return several

    def wait(self) -> None:
        """Wait until all processes have come so far."""
        if self.world > 1:
            distributed.barrier()


@contextmanager
def processes(wanted: Literal["auto", "cpu", "cuda"]) -> Iterator[Processes]:
    """Join the processes that torchrun started, if it did; leave them at the end."""
    if "RANK" not in os.environ:
        yield Processes(_device(wanted, 0))
        return
    device = _device(wanted, int(os.environ["LOCAL_RANK"]))
    if device.type == "cuda":
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Processes(device, distributed.get_rank(), distributed.get_world_size())
    finally:
        distributed.destroy_process_group()


def without_exchange(model: nn.Module) -> AbstractContextManager[None]:
    """Let gradients gather in each process, for the parts of a batch before its last."""
    return model.no_sync() if isinstance(model, DistributedDataParallel) else nullcontext()


def _device(wanted: str, local_rank: int) -> torch.device:
    available = torch.cuda.is_available()
    if wanted == "cuda" and not available:
        raise TrainingError(
            "torch finds no CUDA device", "use --device cpu, or install a torch with CUDA"
        )
    if wanted == "cpu" or not available:
        return torch.device("cpu")
    return torch.device("cuda", local_rank)
