"""Networks leave as ONNX files that PyTorch writes, and come back as what they were."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxscript")

from archspec.graph import Graph
from archspec.importing.imported import Untranslatable
from archspec.importing.importing import import_source
from archspec.importing.onnx.file import OnnxFile
from archspec.importing.order import Order
from tests.conformance.specs import graph_of
from tests.importing.exported import as_exported
from tests.importing.test_onnx import silent
from tests.importing.trips import (
    ZOO,
    assert_same,
    of_zoo,
    random_network,
    through_onnx,
)

WORDS = {
    "averages": """
      - avg_pool 3x4
      - avg_pool 2x2 /2 ceil=true count_padding=true
      - max_pool 2x2
      - avg_pool 3x2 padding=[1,0,1,1] count_padding=true
    """,
    "shares": """
      - adaptive_max_pool grid=6x7
      - adaptive_avg_pool grid=5x3
      - adaptive_avg_pool grid=5x2
      - adaptive_avg_pool grid=3x2
    """,
    "merges": """
      - tanh as first
      - sigmoid as second
      - maximum from first second as largest
      - minimum from first second largest as smallest
      - average from largest smallest
      - average from first second largest
    """,
    "functions": """
      - relu6
      - relu6
      - hard_tanh low=-1 high=2
      - relu
      - local_response_norm size=4 alpha=1 beta=0.5
      - affine shared=true
      - affine shared=true bias=false
      - scale 0.5
    """,
    "layers": """
      - conv_transpose 3x2 4 /2
      - crop 1
      - elu 0.01
      - conv_transpose 2x1 4 padding=[1,0,0,0] norm=batch_norm
      - channel_max_pool
      - affine
      - global_max_pool keepdims=true
      - conv 3x1 4 padding=[1,1,0,0]
    """,
    "channels": """
      - conv 1x1 16
      - radix_softmax radix=2
      - depth_to_space 2 outer=cells
      - tanh
      - space_to_depth 2 outer=cells
      - tanh
      - channel_shuffle groups=4
    """,
    "strides": """
      - layer_norm
      - global_avg_pool keepdims=true
      - conv 1x1 3
    """,
}
"""Steps that the exporter writes out, or writes as something that means more or less."""
MANY, AT_ONCE = 500, 50


def require_returned(graph: Graph, file: Path) -> None:
    """Assert that a network comes back from its file."""
    assert_same(as_exported(graph), as_exported(through_onnx(graph, file).graph))


@pytest.mark.parametrize("kind", WORDS)
def test_words_come_back_that_the_exporter_writes_out(kind: str, tmp_path: Path) -> None:
    graph, file = graph_of(f"network:{WORDS[kind]}"), tmp_path / "network.onnx"
    require_returned(graph, file)
    found = import_source(Order(str(file), {}, {}), OnnxFile(file), silent)
    assert found.difference is not None
    assert found.difference < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("spec", ZOO, ids=lambda spec: spec.stem)
def test_a_published_network_comes_back_folded_from_its_file(spec: Path, tmp_path: Path) -> None:
    graph = of_zoo(spec)
    found = through_onnx(graph, tmp_path / "network.onnx").graph
    assert_same(graph, found, is_folded=True)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, MANY, AT_ONCE))
def test_random_networks_come_back_from_their_files(first: int, tmp_path: Path) -> None:
    lost = []
    for seed in range(first, first + AT_ONCE):
        try:
            require_returned(random_network(seed), tmp_path / "network.onnx")
        except (AssertionError, Untranslatable):
            lost.append(seed)
    assert not lost
