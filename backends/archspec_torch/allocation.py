"""The memory that tensors take, as torch's allocators tell it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from itertools import accumulate

import torch
from torch import Tensor
from torch.profiler import ProfilerActivity, profile

os.environ.setdefault("KINETO_LOG_LEVEL", "9")  # else the profiler tells of its start and its end


def size(tensors: Iterable[Tensor]) -> int:
    """Sum the bytes of tensors, of which several may share their storage, but for packed ones."""
    every = list(tensors)
    plain = (each.untyped_storage() for each in every if not each.is_mkldnn)
    storages = {each.data_ptr(): each.nbytes() for each in plain}
    packed = (each.numel() * each.element_size() for each in every if each.is_mkldnn)
    return sum(storages.values()) + sum(packed)


def growth(run: Callable[[], object], device: torch.device) -> int:
    """Return by how many bytes the memory in use grows at its largest while something runs."""
    return _of_gpu(run, device) if device.type == "cuda" else _of_cpu(run)


def _of_gpu(run: Callable[[], object], device: torch.device) -> int:
    torch.cuda.reset_peak_memory_stats(device)
    before = torch.cuda.memory_allocated(device)
    run()
    most = torch.cuda.max_memory_allocated(device)
    return int(most - before)


def _of_cpu(run: Callable[[], object]) -> int:
    """Follow what is allocated and freed, in the order of time."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as found:
        run()
    assert found.profiler
    assert found.profiler.kineto_results
    events = found.profiler.kineto_results.events()
    changes = sorted(
        (each.start_ns(), int(each.nbytes())) for each in events if each.name() == "[memory]"
    )
    return max(accumulate((number for _, number in changes), initial=0))
