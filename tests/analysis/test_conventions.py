"""What other tools count, operator by operator; the numbers are hand arithmetic."""

from __future__ import annotations

from pathlib import Path

import pytest

import archspec
from archspec.analysis.conventions import timm
from archspec.analysis.count import count


@pytest.mark.parametrize(
    ("steps", "added"),
    [
        ("batch_norm", 2 * 4 * 6 * 3),
        ("batch_norm gamma=false", 4 * 6 * 3),
        ("layer_norm", 5 * 4 * 6 * 3),
        ("group_norm 1", 5 * 4 * 6 * 3),
        ("instance_norm", 5 * 4 * 6 * 3),
        ("instance_norm affine=false", 4 * 4 * 6 * 3),
        ("upsample 2", 8 * 12 * 3),
        ("upsample factor=1x3 mode=bilinear", 4 * 4 * 18 * 3),
        ("relu", 0),
        ("l2_normalize", 0),
        ("rms_norm", 0),
        ("global_avg_pool", 0),
        ("conv 1x1 5", 4 * 6 * 3 * 5),
        ("conv_transpose 2x2 5 /2 V", 4 * 6 * 3 * 5 * 2 * 2),
    ],
)
def test_fvcore_counts_by_the_element_on_a_map_of_4x6x3(
    steps: str, added: int, tmp_path: Path
) -> None:
    file = tmp_path / "net.yaml"
    file.write_text(f"archspec: 1\nname: net\ninput: 4x6x3\nnetwork: [{steps}]\n", "utf-8")
    assert count(archspec.load(file), timm).totals.conventional_macs == added
