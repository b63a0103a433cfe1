"""Data parallelism: replicated (DDP) and sharded (FSDP2) models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, cast

from torch import nn
from torch.distributed.fsdp import FSDPModule, fully_shard
from torch.nn.parallel import DistributedDataParallel

from archspec_torch.standalone.batch_norm import SynchronizedBatchNorm
from archspec_torch.standalone.processes import Processes


def synchronized(model: nn.Module, processes: Processes) -> nn.Module:
    """Synchronize the statistics of batch norms over all processes."""
    if processes.device.type == "cuda":
        convert = nn.SyncBatchNorm.convert_sync_batchnorm
        return cast(nn.Module, convert(model))  # type: ignore[no-untyped-call]
    for name, norm in list(model.named_modules()):
        if isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d):
            model.set_submodule(name, SynchronizedBatchNorm.of(norm))
    return model


def shard(model: nn.Module) -> None:
    """Shard every parameter over the processes (FSDP2); parameters become ``DTensor``.

    What computes needs its parameters whole: each copy of a repeated block gathers its own, and
    the network what is left.
    """
    for block in _copies(model):
        fully_shard(block)
    fully_shard(model)


def exchanging(
    model: nn.Module, processes: Processes, way: Literal["copies", "shards"]
) -> nn.Module:
    """Wrap a model so that gradients are averaged over all processes (DDP)."""
    if not processes.are_several or way == "shards":
        return model
    local = [processes.device.index] if processes.device.type == "cuda" else None
    return DistributedDataParallel(model, device_ids=local)


@contextmanager
def without_exchange(model: nn.Module) -> Iterator[None]:
    """Accumulate gradients locally, for all micro-batches but the last of a step."""
    if isinstance(model, DistributedDataParallel):
        with model.no_sync():
            yield
    elif isinstance(model, FSDPModule):
        model.set_requires_gradient_sync(False)
        yield
        model.set_requires_gradient_sync(True)
    else:
        yield


def _copies(model: nn.Module) -> Iterator[nn.Module]:
    """List the outermost copies of repeated blocks, which have numbers as names."""
    for name, child in model.named_children():
        if name.isdecimal():
            yield child
        else:
            yield from _copies(child)
