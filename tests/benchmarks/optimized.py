"""Whether a network as written, and optimized for a target, is faster there than timm's."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from time import perf_counter, process_time
from typing import Any

import timm
import torch
from measure import rounds, told
from runtimes import RUNTIMES
from torch import nn

import archspec
from archspec.backend import backend
from archspec.passes.targets import EAGER
from archspec.weights.initial import draw

TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def main() -> None:
    """Print the median seconds of each model, and the median of the rounds' ratios to timm's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("spec", help="a spec, such as zoo:inception_v4")
    parser.add_argument("model", help="timm's name of the same network")
    parser.add_argument("--for", dest="target", default="channels_last", choices=RUNTIMES)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--precision", choices=TYPES, default="float32")
    parser.add_argument(
        "--processor-time",
        action="store_true",
        help="for a busy machine: the time of all threads, with OMP_WAIT_POLICY=passive",
    )
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    models, shape = _models(arguments.spec, arguments.model, arguments.target)
    x = torch.randn(arguments.batch, shape[2], *shape[:2])
    given = x.to(TYPES[arguments.precision], memory_format=torch.channels_last)
    calls = {name: RUNTIMES[arguments.target](model, given) for name, model in models.items()}
    versions = f"torch {torch.__version__}, timm {timm.__version__}"
    where = f"{arguments.target}, {arguments.threads} threads, {arguments.precision}"
    sys.stdout.write(f"{versions}, {where}, batch {arguments.batch}\n")
    clock = process_time if arguments.processor_time else perf_counter
    seconds = rounds(calls, arguments.rounds, clock)
    sys.stdout.writelines(f"{line}\n" for line in told(seconds, "timm"))


def _models(spec: str, peer: str, target: str) -> tuple[Mapping[str, nn.Module], tuple[int, ...]]:
    """Make timm's, ours as written and optimized, and once more with all passes that there are."""
    graph = archspec.load(spec).without_heads()
    tensors = draw(graph)
    theirs: Any = timm.create_model(peer, pretrained=False)
    models = {"timm": theirs, "as written": _built(graph, tensors, is_deployed=False)}
    for name, each in {"optimized": target, "with all passes": "eager"}.items():
        found = archspec.optimize(graph, tensors, each)
        models[name] = _built(found.graph, found.tensors, is_deployed=target in EAGER)
    (given,) = graph.inputs.values()
    return models, given.type.shape


def _built(graph: archspec.Graph, tensors: Mapping[str, Any], *, is_deployed: bool) -> Any:
    runtime = backend("torch").runtime()
    source = archspec.emit(graph, "torch", for_inference=is_deployed)
    return runtime.fill(runtime.model(source, graph.name), tensors)


if __name__ == "__main__":
    main()
