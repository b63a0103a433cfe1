"""Whether a batch fits into what a machine has left."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.backend import backend
from archspec.benchmarking import fitting
from tests.conformance.specs import graph_of


def test_a_system_tells_what_it_can_give_in_units_of_1024(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``man 5 proc``: kibibytes, though the file calls them kB."""
    file = tmp_path / "meminfo"
    file.write_text("MemTotal:        9000 kB\nMemAvailable:    3000 kB\n")
    monkeypatch.setattr(fitting, "_MEMORY", file)
    assert fitting.available() == 3000 * 1024


def test_half_as_many_bytes_are_for_values_and_weights_in_bfloat16() -> None:
    """An image and a map of 8x8x4 each, and 4 filters of 4 weights and a bias."""
    graph, torch = graph_of("network: [conv2d 4 kernel=1x1]\n"), backend("torch")
    numbers = 3 * 2 * 8 * 8 * 4 + 4 * (4 + 1)
    assert fitting.predicted(graph, torch, 3, "float32") == 4 * numbers
    assert fitting.predicted(graph, torch, 3, "bfloat16") == 2 * numbers
