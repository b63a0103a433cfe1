"""Whether a network as written, and optimized, is faster than timm in eager PyTorch."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any

import timm
import torch
from torch import Tensor, nn

import archspec
from archspec.backend import backend
from archspec.passes.targets import TARGETS
from archspec.weights.initial import draw

TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def main() -> None:
    """Print the median seconds of each model, and the median of the rounds' ratios to timm's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("spec", help="a spec, such as zoo:inception_v4")
    parser.add_argument("model", help="timm's name of the same network")
    parser.add_argument("--for", dest="target", default="eager", choices=TARGETS)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--precision", choices=TYPES, default="float32")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    models, shape = _models(arguments.spec, arguments.model, arguments.target)
    x = torch.randn(arguments.batch, shape[2], *shape[:2])
    given = x.to(TYPES[arguments.precision], memory_format=torch.channels_last)
    runs = {name: _forward(model, given) for name, model in models.items()}
    found = _interleaved(runs, arguments.rounds)
    versions = f"torch {torch.__version__}, timm {timm.__version__}"
    sys.stdout.write(f"{versions}, {arguments.threads} threads, {arguments.precision}\n")
    for name, seconds in found.items():
        ratio = median(one / other for one, other in zip(found["timm"], seconds, strict=True))
        spread = f"{min(seconds):.3f} to {max(seconds):.3f}"
        told = f"{name}: {median(seconds):.3f} s ({spread}), {ratio:.3f} times as fast as timm"
        sys.stdout.write(f"{told}\n")


def _models(spec: str, peer: str, target: str) -> tuple[Mapping[str, nn.Module], tuple[int, ...]]:
    graph = archspec.load(spec).without_heads()
    tensors = draw(graph)
    found = archspec.optimize(graph, tensors, target)
    theirs = timm.create_model(peer, pretrained=False)
    models = {
        "timm": theirs,
        "as written": _built(graph, tensors),
        "optimized": _built(found.graph, found.tensors),
    }
    (given,) = graph.inputs.values()
    return models, given.type.shape


def _built(graph: archspec.Graph, tensors: Mapping[str, Any]) -> Any:
    runtime = backend("torch").runtime()
    return runtime.fill(runtime.model(archspec.emit(graph, "torch"), graph.name), tensors)


def _forward(model: Any, x: Tensor) -> Callable[[], object]:
    ready = model.eval().to(x.dtype).to(memory_format=torch.channels_last)

    def forward() -> object:
        with torch.inference_mode():
            return ready(x)

    return forward


def _interleaved(runs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Call each in turn, several rounds after one that is thrown away."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds + 1):
        for name, run in runs.items():
            start = perf_counter()
            run()
            seconds[name].append(perf_counter() - start)
    return {name: each[1:] for name, each in seconds.items()}


if __name__ == "__main__":
    main()
