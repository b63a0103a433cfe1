"""What tests of saved models and checkpoints of all backends share."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.backend import Runtime
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from tests.conformance.specs import graph_of


def tiny() -> Graph:
    """Load a small network whose padding is not even on both sides."""
    return graph_of("""
archspec: 1
name: tiny
input: 9x9x3
network: [conv 3x3 4 /2 norm=batch_norm activation=relu, global_avg_pool, dense 5 as logits]
""")


def refusal(runtime: Runtime, file: Path) -> str:
    """Read a checkpoint that cannot be read, and return the reason."""
    with pytest.raises(SpecError) as caught:
        runtime.checkpoint(file)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "weights/unreadable"
    return diagnostic.message
