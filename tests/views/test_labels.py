"""Boxes say everything that the sizes around them follow from."""

from __future__ import annotations

from pathlib import Path

import pytest

import archspec
from archspec.views.labels import of_node


@pytest.mark.parametrize(
    ("step", "label"),
    [
        ("max_pool 2x2 /2", "2x2 MaxPool (stride 2)"),
        ("max_pool 2x2 /2 V", "2x2 MaxPool (stride 2 V)"),
        ("max_pool 2x2 /2 V ceil=true", "2x2 MaxPool (stride 2 V ceil)"),
        ("max_pool 3x3 /2 V ceil=true", "3x3 MaxPool (stride 2 V)"),
        (
            "avg_pool 3x3 /2 padding=1 count_padding=true",
            "3x3 AvgPool (stride 2 padding 1 padding counted)",
        ),
        ("avg_pool 3x3 /2 V count_padding=true", "3x3 AvgPool (stride 2 V)"),
        ("max_pool 2x2 symmetric", "2x2 MaxPool (symmetric)"),
        ("conv2d 3x3 8 symmetric", "3x3 conv (8)"),
        ("conv2d 4x4 8 symmetric", "4x4 conv (8 symmetric)"),
        ("conv2d 3x3 8 padding=[0,1,0,1]", "3x3 conv (8 padding [0, 1, 0, 1])"),
        (
            "conv_transpose2d 3x3 8 /2 symmetric output_padding=1",
            "3x3 transposed conv (8 stride 2 symmetric output padding 1)",
        ),
        ("leaky_relu 0.2", "Leaky relu activation (0.2)"),
        ("relu", "Relu activation"),
    ],
)
def test_a_box_on_a_map_of_33x33_says_what_its_size_follows_from(
    step: str, label: str, tmp_path: Path
) -> None:
    file = tmp_path / "net.yaml"
    file.write_text(f"archspec: 1\nname: net\ninput: 33x33x4\nnetwork:\n  - {step}\n", "utf-8")
    (node,) = archspec.load(file).nodes.values()
    assert of_node(node) == label
