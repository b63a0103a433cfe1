"""Specs whose ONNX files are easy to get wrong, and what tests of such files share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import onnxruntime

from archspec.backend import Export
from archspec.graph import Graph
from archspec.verification import drawn
from archspec_torch import backend
from tests.backends.saved import channels_first, channels_last
from tests.conformance.small import Array
from tests.conformance.specs import SEVERAL, SPECS


def pools() -> Iterator[str]:
    """Write pools that round up, each with an output of its own; not all of their windows fit."""
    words = ("max_pool", "avg_pool", "avg_pool count_padding=true")
    paddings = ("same", "V", "1", "[1,0,1,0]", "[0,1,0,1]", "[2,1,0,2]")
    for place, (word, padding) in enumerate(product(words, paddings)):
        yield f"{word} {3 + place % 3}x3 /2 ceil=true padding={padding} from input as p{place}"


def rounded_up() -> str:
    lines = list(pools())
    names = ", ".join(line.rpartition(" ")[2] for line in lines)
    return "".join(["network:\n", *(f"  - {line}\n" for line in lines), f"outputs: [{names}]\n"])


EXPORTED = {
    **SPECS,
    "several inputs, outputs and a head": SEVERAL,
    "pools that round up": rounded_up(),
    "largest values of uneven shares, and channels that are dealt out": """
network:
  - adaptive_max_pool grid=5x7
  - conv 1x1 8
  - radix_softmax radix=2
  - depth_to_space 2 outer=cells
""",
    "the pools of a report": """
archspec: 1
name: ceilnet
input: 33x33x3
defaults: {conv: {norm: batch_norm, activation: relu, padding: symmetric}}
network:
  - conv 3x3 8 /2
  - max_pool 2x2 /2 ceil=true padding=1
  - conv 3x3 8
  - avg_pool 3x3 /2 ceil=true padding=1 count_padding=true
  - conv 3x3 8
  - flatten
  - dense 4
""",
    "outputs and inputs that are called as values inside": """
archspec: 1
name: called
input: {relu_1: 8x8x4, conv2d: 8x8x4}
network:
  - conv 3x3 4 from relu_1 as relu
  - conv 3x3 4 from conv2d as conv2d_1
  - add from relu conv2d_1 as sum
  - relu as val_0
  - relu from relu as cat
outputs: [relu, conv2d_1, sum, val_0, cat]
""",
    "a value that leaves twice": """
network: [conv 3x3 4 as once, identity as twice, dropout 0.5 as thrice]
outputs: [twice, once, thrice]
""",
}


def exported(
    graph: Graph, path: Path, precision: str = "float32", *, dynamic: bool = False
) -> Path:
    """Fill a model with values of which each one matters, and export it."""
    runtime = backend.runtime()
    model = runtime.fill(
        runtime.model(backend.emit(graph), graph.name, precision), drawn.tensors(graph)
    )
    runtime.export(model, graph, Export("onnx", precision, dynamic), path)
    return path


def run(file: Path, inputs: dict[str, Array], precision: str = "float32") -> dict[str, Array]:
    """Run a file in onnxruntime; maps are channels last."""
    session = onnxruntime.InferenceSession(file)
    given = {name: channels_first(each).astype(precision) for name, each in inputs.items()}
    names = [each.name for each in session.get_outputs()]
    return {
        name: channels_last(each)
        for name, each in zip(names, session.run(names, given), strict=True)
    }
