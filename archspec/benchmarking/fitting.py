"""Whether a workload fits into the memory of this machine, before it is tried.

A system that runs out of memory ends the process without a word.
"""

from __future__ import annotations

from pathlib import Path

from archspec.analysis.budget import Upkeep, inference, training
from archspec.analysis.memory import FLOAT, StepMemory
from archspec.backend import Backend
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph

_MEMORY = Path("/proc/meminfo")
_AVAILABLE = "MemAvailable"
_MOMENTUM = Upkeep(states=1)
"""SGD with momentum keeps a number for each parameter."""


def predicted(
    graph: Graph, backend: Backend, batch: int, precision: str, is_training: bool = False
) -> int:
    """Predict the bytes that a batch takes, as ``archspec count --memory`` does."""
    width = FLOAT if precision == "float32" else FLOAT // 2
    if is_training:
        return training(StepMemory(graph, backend.keeping, width), _MOMENTUM).total(batch)
    return inference(StepMemory(graph.without_heads(), backend.keeping, width)).total(batch)


def refuse_too_large(name: str, batch: int, needed: int, available: int | None) -> None:
    """Raise ``SpecError`` where a batch needs more bytes than there are."""
    if available is None or needed <= available:
        return
    sizes = [f"{each / 2**30:,.1f} GiB" for each in (needed, available)]
    message = f"{name} needs about {sizes[0]} for a batch of {batch:,}, and {sizes[1]} are there"
    help = "take a smaller --batch or --input; `archspec count --memory --fit` tells the largest"
    raise SpecError((Diagnostic("bench/memory", message, help=help),))


def available() -> int | None:
    """Return the bytes that the machine can still give; None where it does not tell."""
    if not _MEMORY.is_file():
        return None
    for line in _MEMORY.read_text("utf-8").splitlines():
        key, _, value = line.partition(":")
        if key == _AVAILABLE:
            return int(value.split()[0]) * 1024
    return None
