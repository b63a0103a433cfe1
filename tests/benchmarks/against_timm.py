"""Whether a built torch model is made, runs and trains as fast as timm's: one interleaved run."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

import timm
import torch
from measure import built_module, report
from torch import Tensor, nn

_report = partial(report, peer="timm")


def main() -> None:
    """Print seconds of both and their ratio, for making, a forward pass and a training step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what `archspec build` wrote")
    parser.add_argument("model", help="timm's name of the same network")
    parser.add_argument("--spec", help="its spec: models are drawn from a seed, too, by archspec")
    parser.add_argument("--size", type=int, default=299)
    parser.add_argument("--batch", type=int, default=1)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    source = built_module(arguments.folder / "model.py")
    weights = str(arguments.folder / "weights.safetensors")
    _report("make", lambda: _filled(source, weights), lambda: _timm(arguments.model))
    if arguments.spec:
        _report("make from a seed", _seeded(arguments.spec), lambda: _timm(arguments.model))
    mine, theirs = _filled(source, weights), _timm(arguments.model)
    x = torch.randn(arguments.batch, 3, arguments.size, arguments.size)
    for layout in (torch.contiguous_format, torch.channels_last):
        shown = str(layout).removeprefix("torch.")
        given = x.to(memory_format=layout)
        for model in (mine, theirs):
            model.to(memory_format=layout)  # type: ignore[call-overload] # torch's stubs lack it
            _settled(model, given)
        _report(f"forward, {shown}", _forward(mine, given), _forward(theirs, given))
        _report(f"training step, {shown}", _step(mine, given), _step(theirs, given))


def _timm(name: str) -> nn.Module:
    made = timm.create_model(name, pretrained=False)
    if not isinstance(made, nn.Module):
        raise SystemExit(f"timm has no {name}")
    return made


def _seeded(spec: str) -> Callable[[], object]:
    """Construct a model from a source that is written already, and fill it with drawn values."""
    import archspec
    from archspec.backend import backend
    from archspec.weights.initial import draw

    graph = archspec.load(spec)
    torch_backend = backend("torch")
    source, runtime = torch_backend.emit(graph), torch_backend.runtime()
    return lambda: runtime.fill(runtime.model(source, graph.name), draw(graph))


def _settled(model: nn.Module, x: Tensor) -> None:
    """Let norms see some data, so that no side computes with numbers that vanish or overflow."""
    model.train()
    noise = torch.randn(4, *x.shape[1:])
    with torch.no_grad():
        for _ in range(8):
            model(noise)


def _filled(source: ModuleType, weights: str) -> nn.Module:
    made = source.build(weights)
    if not isinstance(made, nn.Module):
        raise SystemExit("build() made no module")
    return made


def _forward(model: nn.Module, x: Tensor) -> Callable[[], object]:
    def run() -> None:
        model.eval()
        with torch.inference_mode():
            model(x)

    return run


def _step(model: nn.Module, x: Tensor) -> Callable[[], object]:
    def run() -> None:
        model.train()
        model.zero_grad(set_to_none=True)
        model(x).square().mean().backward()

    return run


if __name__ == "__main__":
    main()
