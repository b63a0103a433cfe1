"""How much memory values take at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec import checked
from archspec.analysis.memory import peak

KIB = 1024


@pytest.mark.parametrize(
    ("title", "steps", "kib", "path"),
    [
        ("input and output, 8x8x16 of 4 bytes each", "[relu]", 4 + 4, "relu"),
        ("the input stays, the first value is freed", "[relu, relu, relu]", 4 + 4 + 4, "relu_1"),
        (
            "branches wait for the merge: the input, two branches and their sum",
            "[{add: [conv 1x1 16, conv 1x1 16]}]",
            4 * 4,
            "add",
        ),
        (
            "a shortcut is kept as long as its body runs",
            "[relu, {residual: [conv 1x1 32, conv 1x1 16]}]",
            4 + 4 + 8 + 4,
            "residual.body.conv_1.conv2d",
        ),
        ("dropout and flatten copy nothing", "[relu, dropout 0.5, flatten]", 4 + 4, "relu"),
        (
            "the widest value decides",
            "[conv 1x1 32, conv 1x1 8, global_avg_pool]",
            4 + 8 + 2,
            "conv_1.conv2d",
        ),
    ],
)
def test_the_peak_is_counted_by_hand(
    title: str, steps: str, kib: int, path: str, tmp_path: Path
) -> None:
    file = tmp_path / "net.yaml"
    file.write_text(f"archspec: 1\nname: net\ninput: 8x8x16\nnetwork: {steps}\n")
    found = peak(checked.load(file))
    assert (found.bytes, found.path) == (kib * KIB, path), title


def test_an_output_is_kept_until_the_end(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text(
        "archspec: 1\nname: net\ninput: 8x8x16\n"
        "network: [relu as a, relu as b, relu as c]\noutputs: [a, c]\n"
    )
    assert peak(checked.load(file)).bytes == 4 * 4 * KIB


def test_vgg_16_peaks_at_its_first_two_maps_of_64_channels_beside_the_input() -> None:
    found = peak(checked.load("zoo:vgg_16"))
    assert found.bytes == 4 * 224 * 224 * (3 + 64 + 64)
