"""Weights survive the way through live models of both frameworks and back, bit by bit."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

from archspec import checked
from archspec.graph import Graph
from archspec.weights import file as weights_file
from archspec_tensorflow import backend as tensorflow
from archspec_torch import backend as torch
from tests.conformance.specs import SEVERAL, SPECS, graph_of
from tests.verify.crooked import trial

ROOT = Path(__file__).parents[2]
UNREAD = "names that Python, torch and the source use themselves"
"""It has a step whose value nobody reads; a Keras model does not hold what leads to no output."""
TEXTS = {title: text for title, text in SPECS.items() if title != UNREAD} | {"heads": SEVERAL}


def travel(graph: Graph, folder: Path) -> None:
    """Go from torch to a file to TensorFlow to a file to torch to a file."""
    given = tensors = trial(graph).tensors
    files = []
    for place, backend in enumerate((torch, tensorflow, torch)):
        runtime = backend.runtime()
        model = runtime.fill(runtime.model(backend.emit(graph), graph.name), tensors)
        files.append(folder / f"{place}.safetensors")
        weights_file.save(files[-1], runtime.tensors(model), graph)
        tensors = weights_file.load(files[-1], graph)
    one, two, three = (file.read_bytes() for file in files)
    assert one == two == three
    assert all((tensors[key] == given[key]).all() for key in given)


@pytest.mark.parametrize("title", TEXTS)
def test_a_small_spec_comes_back_without_the_change_of_a_bit(title: str, tmp_path: Path) -> None:
    travel(graph_of(TEXTS[title]), tmp_path)


@pytest.mark.slow
def test_inception_resnet_v2_comes_back_without_the_change_of_a_bit(tmp_path: Path) -> None:
    graph = checked.load(str(ROOT / "specs/inception_resnet_v2.yaml"))
    travel(graph.without_heads(), tmp_path)
