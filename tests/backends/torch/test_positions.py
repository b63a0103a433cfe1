"""Arguments are passed by position only as far as none is left out before them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import archspec

SPEC = """
archspec: 1
name: example
input: 9x9x3
defaults: {conv: {norm: batch_norm}}
network: [conv 1x1 4, conv 3x3 4, conv 5x5 4]
"""


def test_a_recurring_layer_whose_stride_never_differs_still_pads(tmp_path: Path) -> None:
    """With stride 1 throughout, padding is no longer the fourth argument of a convolution."""
    file = tmp_path / "example.yaml"
    file.write_text(SPEC, "utf-8")
    graph = archspec.load(file)
    assert "padding=padding" in archspec.emit(graph, "torch")
    model = archspec.build(graph, "torch").eval()
    import torch

    assert model(torch.from_numpy(np.zeros((1, 3, 9, 9), np.float32))).shape == (1, 4, 9, 9)
