"""Measuring what a machine does at best, with networks whose work is known."""

from __future__ import annotations

from collections.abc import Callable

from archspec.analysis.roofline import Kernel, Machine, Running, kernels
from archspec.backend import backend
from archspec.checked import load
from archspec.weights.initial import draw, example

ARITHMETIC = """
archspec: 1
name: arithmetic
input: 28x28x512
network:
  - 2 x conv 3x3 512 bias=false
  - global_avg_pool
"""
"""Convolutions that read and write little for what they compute."""

BANDWIDTH = """
archspec: 1
name: bandwidth
input: {a: 384x512x32, b: 384x512x32}
network:
  - add from a b as first
  - add from first b as second
  - add from second b as third
  - add from third b as fourth
  - add from fourth b as fifth
  - add from fifth b as sixth
  - global_avg_pool
"""
"""Sums of maps of 24 MiB, which few caches hold."""

_TRIES = 3
_BATCHES = {"cpu": 1}
_LARGE_BATCH = 16
"""The batch on a device that needs more work to show what it does at best."""


def measured(precision: str) -> tuple[Machine, str]:
    """Measure PyTorch's best device; return the machine, and what was measured on which device.

    Raises ``SpecError`` if PyTorch is not installed.
    """
    runtime = backend("torch").runtime()
    device = runtime.device("auto")
    machine = Machine(
        _rate(ARITHMETIC, precision, device, lambda kernel: kernel.flops),
        _rate(BANDWIDTH, "float32", device, lambda kernel: kernel.bytes),
    )
    return machine, f"measured with {runtime.version} on {device}"


def _rate(text: str, precision: str, device: str, amount: Callable[[Kernel], int]) -> float:
    """Run a network a few times after a first one; return its amount for each second at best."""
    graph, batch = load(text=text), _BATCHES.get(device, _LARGE_BATCH)
    torch = backend("torch")
    runtime = torch.runtime()
    model = runtime.fill(runtime.model(torch.emit(graph), graph.name, precision), draw(graph))
    inputs = {name: each.repeat(batch, axis=0) for name, each in example(graph).items()}
    with torch.attempt("measure the machine"):
        seconds = [runtime.run(model, inputs, device).seconds for _ in range(1 + _TRIES)]
    return sum(map(amount, kernels(graph, Running(batch)))) / min(seconds[1:])
